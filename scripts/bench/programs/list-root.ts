/** List a root in a fresh process. */
import { listRuns } from '../../../packages/recorder/src/index.ts'
import { answer, givenArguments } from '../in-child.ts'

const { root } = givenArguments() as { root: string }
const started = performance.now()
const runs = await listRuns(root)
answer({ ms: performance.now() - started, finished: runs.filter(({ finished }) => finished).length })
