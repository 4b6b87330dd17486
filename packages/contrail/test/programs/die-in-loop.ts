/** A loop of attempts that is killed: `die-in-loop <root> <loop> <file> <place>` notes each attempt in a file, and dies in its second, in `run` or `finish`. */
import { appendFileSync } from 'node:fs'
import { retryLoop } from '../../src/doors/evaluation.ts'

const [root = '', loop = '', file = '', place = ''] = process.argv.slice(2)
await retryLoop({
  taskSpec: { id: 'sample', instruction: 'Do it.' },
  outputRoot: root,
  loop,
  maxAttempts: 4,
  async run({ number, recorder }) {
    appendFileSync(file, `${number}\n`)
    const toolOutput = { ok: true, result: 'clicked' }
    await recorder.record({ type: 'step_finished', actionName: 'click', actionArgs: {}, reasoning: '', toolOutput })
    if (number === 2 && place === 'run') process.kill(process.pid, 'SIGKILL')
    // The recording is whole, and the loop never hears of it.
    const finish = recorder.finish.bind(recorder)
    if (number === 2) recorder.finish = (options) => finish(options).finally(() => process.kill(process.pid, 'SIGKILL'))
    return { score: number / 10 }
  },
})
