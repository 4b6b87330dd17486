/** A loop of attempts that is killed: `die-in-loop <root> <loop> <file> <number>` notes each attempt in a file, and dies in that one. */
import { appendFileSync } from 'node:fs'
import { retryLoop } from '../../src/doors/evaluation.ts'

const [root = '', loop = '', file = '', number = ''] = process.argv.slice(2)
await retryLoop({
  taskSpec: { id: 'sample', instruction: 'Do it.' },
  outputRoot: root,
  loop,
  maxAttempts: 4,
  async run(attempt) {
    appendFileSync(file, `${attempt.number}\n`)
    const toolOutput = { ok: true, result: 'clicked' }
    await attempt.recorder.record({
      type: 'step_finished',
      actionName: 'click',
      actionArgs: {},
      reasoning: '',
      toolOutput,
    })
    if (attempt.number === Number(number)) process.kill(process.pid, 'SIGKILL')
    return { score: attempt.number / 10 }
  },
})
