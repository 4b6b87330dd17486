import type { FieldScan } from './scan-fields.ts'

/** Looks at the fields for secrets that one part of an observation shares with the other. */
export interface SharedLooks {
  /** One that went out before. */
  readonly first?: Promise<FieldScan> | undefined
  /** Ask for one that goes out from now on. It may wait a moment for what else is being read of the page. */
  readonly again?: (() => Promise<FieldScan>) | undefined
}

/** The looks of one part. */
interface PartLooks {
  /** For its first try; a second try has looks of its own. */
  take(): SharedLooks
  /** It will not ask for one any more. */
  leave(): void
}

/**
 * Let the picture and the tree of an observation share the looks before and after them: one of each in place of two.
 *
 * Invariant: each is given a look after it that went out when it was done. It goes out when no part is busy any more, or
 * `limitMs` after the first has asked.
 *
 * The page says its title in every look; `title` gives what it said in the latest.
 *
 * @param first went out before either begins
 * @param look sends another out
 */
export function createJointLooks(
  first: Promise<FieldScan>,
  look: () => Promise<FieldScan>,
  limitMs: number,
): Record<'picture' | 'tree', PartLooks> & { readonly title: () => Promise<string> } {
  first.catch(() => {}) // both who wait for it say what is wrong
  const { promise: isTime, resolve } = Promise.withResolvers<void>()
  let busy = 2
  let timer: ReturnType<typeof setTimeout> | undefined
  let looking: Promise<FieldScan> | undefined

  const leave = (): void => {
    busy -= 1
    if (busy <= 0) resolve()
  }
  const again = (): Promise<FieldScan> => {
    if (looking) return look() // that one went out before this part was done
    timer ??= setTimeout(resolve, limitMs)
    leave()
    return isTime.then(() => {
      clearTimeout(timer)
      return (looking ??= look())
    })
  }
  const forPart = (): PartLooks => {
    let isFirst = true
    const take = (): SharedLooks => {
      const looks = isFirst ? { first, again } : {}
      isFirst = false
      return looks
    }
    return { take, leave }
  }
  const title = async (): Promise<string> => (await (looking ?? first)).title
  return { picture: forPart(), tree: forPart(), title }
}
