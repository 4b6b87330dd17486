import { createFileSet, normalizePath, type FileSet } from '../../run/paths.ts'
import type { Run, StepFacts } from '../../run/run.ts'
import { fieldOf, numberOf, textOf, textsIn } from '../../run/texts.ts'
import { givenBy, type Finding, type Judging } from '../finding.ts'

/**
 * WRONG_FILE_NAVIGATION: files were read, the run did not succeed, and none of the files that are known to be at fault was read or written: the
 * `relevantFiles` of the task, and those in the traceback of a failing test but the tests themselves. Not judged where none is known.
 */
export function wrongFiles({ steps, trajectory }: Run, { succeeded }: Judging): Finding | undefined {
  const reads = steps.filter(({ kind, path, ok }) => kind === 'read' && path !== undefined && ok)
  if (succeeded || reads.length === 0) return undefined
  const named = textsIn(trajectory.task['relevantFiles'], 200).map(normalizePath)
  const culprits = [...named, ...steps.flatMap((facts) => filesInTraceback(facts))]
  if (culprits.length === 0) return undefined
  const files = createFileSet()
  for (const file of culprits) files.add(file)
  const isFound = steps.some(
    ({ kind, path, command, ok }) =>
      ((kind === 'read' || kind === 'write') && path !== undefined && files.has(path)) ||
      (ok && filesIn(command).some((file) => files.has(file))),
  )
  if (isFound) return undefined
  return givenBy(reads, `${reads.length} reads, and none of ${culprits[0]} where the fault is`)
}

const inTraceback =
  /File "([^"\n]{1,300})", line \d+|(?:^|[\s(])((?:[A-Za-z]:)?[\w./\\@-]{1,300}\.\w{1,4}):\d+(?::\d+)?/gm
const notOurs = /site-packages|node_modules|\/lib\/python|^<|^node:|(?:^|\/)internal\//
const testFile =
  /(?:^|\/)(?:tests?|__tests__|spec)\/|(?:^|\/)(?:test_[^/]*|conftest\.py|[^/]*(?:_test|\.test|\.spec)\.\w+)$/

function filesInTraceback({ kind, step, ok }: StepFacts): string[] {
  const rate = passRateOf(step)
  const { error, result } = step.toolOutput
  const hasFailed = !ok || (rate !== undefined && rate < 1)
  const text = [error ?? '', ...textsIn(result, 50)].join('\n').slice(0, 100_000)
  if (kind !== 'test' || !(hasFailed || /\b(?:Traceback|FAILED|Error:|failed)\b/.test(text))) return []
  return [...text.matchAll(inTraceback)]
    .map(([, python, other]) => normalizePath(python ?? other ?? ''))
    .filter((file) => !notOurs.test(file) && !testFile.test(file))
}

/** BLIND_WRITE: a write to a file that was there already and that nothing before had read or written. */
export function blindWrite({ steps }: Run): Finding | undefined {
  const known: FileSet = createFileSet()
  for (const facts of steps) {
    const { kind, path, ok, command } = facts
    if (!ok) continue
    for (const file of filesIn(command)) known.add(file)
    if (path === undefined || (kind !== 'read' && kind !== 'write')) continue
    if (kind === 'write' && !isCreated(facts) && !known.has(path))
      return givenBy([facts], `${facts.label} without reading it first`)
    known.add(path)
  }
  return undefined
}

/** The words of a command, each of which may name a file. */
function filesIn(command: string | undefined): string[] {
  const words = command?.slice(0, 10_000).split(/[\s'"`;|&<>()=]+/) ?? []
  return words.flatMap((word) => (/[./\\]|^[\w-]+$/.test(word) ? [normalizePath(word)] : []))
}

/**
 * There was no file before, by whoever knows: the environment, the tool or the agent. A text that was there before says that there was one, and
 * it outweighs the name of a tool that creates.
 */
function isCreated({ step }: StepFacts): boolean {
  const { actionName, actionArgs, toolOutput, episode, extra } = step
  const places = [actionArgs, toolOutput.result, episode, fieldOf(episode, 'fileDiff'), extra]
  const says = (key: string, isSo: (value: unknown) => boolean): boolean =>
    places.some((place) => isSo(fieldOf(place, key)))
  if (says('created', (value) => value === true) || says('before', (value) => value === null)) return true
  if (says('created', (value) => value === false) || says('before', isContent)) return false
  return [actionName, actionArgs['command'], actionArgs['action']].some((name) => /create/i.test(textOf(name) ?? ''))
}

/** A text, or the reference to where it is kept. */
function isContent(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
}

/** HALLUCINATED_CODE: the pass rate after a write is lower than before it, and the last is too. */
export function hallucinatedCode({ steps }: Run): Finding | undefined {
  const last = passRateOf(steps.findLast(({ step }) => passRateOf(step) !== undefined)?.step)
  let before: number | undefined
  let write: StepFacts | undefined
  for (const facts of steps) {
    if (facts.kind === 'write' && facts.ok) write ??= facts
    const rate = passRateOf(facts.step)
    if (rate === undefined) continue
    if (before !== undefined && write && rate < before && last !== undefined && last < before) {
      const cause = `the pass rate fell from ${percent(before)} to ${percent(rate)} after ${write.label}`
      return givenBy(facts === write ? [write] : [write, facts], cause)
    }
    before = rate
    write = undefined
  }
  return undefined
}

/** NEVER_TESTED: a write, then a submission or the end, and no test after the last write. */
export function neverTested({ steps, trajectory }: Run): Finding | undefined {
  if (trajectory.status === 'recording') return undefined
  const write = steps.findLast(({ kind, ok }) => kind === 'write' && ok)
  if (!write) return undefined
  const after = steps.slice(write.index + 1)
  const submit = after.findIndex(({ kind }) => kind === 'submit')
  if ((submit === -1 ? after : after.slice(0, submit)).some(({ kind }) => kind === 'test')) return undefined
  return givenBy([write], `${write.label} was the last change, and no test ran after it`)
}

function passRateOf(step: StepFacts['step'] | undefined): number | undefined {
  return numberOf(fieldOf(step?.episode, 'testPassRate'))
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`
}
