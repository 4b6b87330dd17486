import { data, runKey, unshown } from './state.ts'

/** A frame of the open run for an image: its address, or a sentence that says why it cannot be shown. */
export interface Picture {
  /** Undefined while it is not there yet, and where it cannot be shown. */
  readonly address: string | undefined
  readonly problem: string | undefined
  /** Tell that the image showed nothing: then the reason is looked for. */
  readonly onError: () => void
}

/** Find a frame of the open run, for who draws it to be told when it turns out that there is nothing to draw. */
export function pictureOf(sha256: string, width?: 160 | 320): Picture {
  const key = runKey.value ?? ''
  const problem = unshown.value.get(sha256) ?? data().whyMissing(sha256)
  return {
    address: problem === undefined ? data().frame(key, sha256, width) : undefined,
    problem,
    onError: () => void learnWhy(key, sha256),
  }
}

/** All places that show a frame say the same of it, whichever tried first. */
async function learnWhy(key: string, sha256: string): Promise<void> {
  // Several images of a frame try at once.
  if (unshown.peek().has(sha256)) return
  const tell = (problem: string): void => {
    if (runKey.peek() === key) unshown.value = new Map([...unshown.peek(), [sha256, problem] as const])
  }
  tell('This frame cannot be shown.')
  const problem = await data().problemOf(key, sha256)
  if (problem !== undefined) tell(problem)
}
