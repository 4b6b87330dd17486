import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { diskIo } from '../../src/io/io.ts'
import { createRecorderOn } from '../../src/record/trajectory-recorder.ts'
import { png, screenshot, stepFinished, stepObserved } from '../support/evidence.ts'
import { interceptedIo } from '../support/intercepted-io.ts'

// Records many events in one breath, says its directory and `recorded <count>`, and ends in the way it is told, while
// none or few of them are written.
//
//   <root> <ending> <after how many turns of the event loop> <disk: real, or stuck at the n-th operation> <path of exit-drain.ts>
const [outputRoot, ending = 'exit', turns = '0', disk = 'real', copy = ''] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)

// The limits of the end are of a clock; by one that goes ten times slower a machine that is busy keeps them as well.
const monotonicMs = performance.now.bind(performance)
performance.now = () => monotonicMs() / 10

let operations = 0
const stuckIo = interceptedIo(async () => {
  // A disk that hangs here for ever, and a timer that keeps the process alive.
  if (++operations === Number(disk.slice('stuck-'.length))) await sleep(60_000)
})
const recorder = createRecorderOn(disk === 'real' ? diskIo : stuckIo, {
  taskSpec: { id: 'ended', instruction: 'end in the middle of a step' },
  outputRoot,
  runId: 'run',
  persist: true,
  env: {},
})
// A second copy of the package, as two versions of it in one program are.
const otherCopy =
  ending === 'another copy of us' ? ((await import(copy)) as typeof import('../../src/write/exit-drain.ts')) : undefined
if (ending === 'own handler') {
  // Before the recorder listens, and `once`: it is off the list when it is called.
  process.once('SIGTERM', () => {
    say('handled')
    void recorder.finish({ status: 'aborted' }).then(() => process.exit(7))
  })
}
const keepAlive = setInterval(() => undefined, 1000)

const endings: Record<string, () => void> = {
  exit: () => process.exit(3),
  throw: () =>
    void setImmediate(() => {
      throw new TypeError('the agent fails')
    }),
  reject: () => void Promise.reject(new TypeError('the agent fails')),
  SIGTERM: () => void process.kill(process.pid, 'SIGTERM'),
  SIGINT: () => void process.kill(process.pid, 'SIGINT'),
  SIGHUP: () => void process.kill(process.pid, 'SIGHUP'),
  'own handler': () => void process.kill(process.pid, 'SIGTERM'),
  'own handler that exits': () => {
    process.on('SIGTERM', () => process.exit(8))
    process.kill(process.pid, 'SIGTERM')
  },
  'another copy of us': () => {
    otherCopy?.drainAtExit({ drainNow: () => say('drained') })
    process.kill(process.pid, 'SIGTERM')
  },
  'signal-exit': () => {
    // What that library does: it sends the signal again when all listeners are its own, which it counts in public.
    Reflect.set(globalThis, Symbol.for('signal-exit emitter'), { count: 1 })
    const listener = (): void => {
      if (process.listenerCount('SIGTERM') !== 1) return
      say('signal-exit')
      process.off('SIGTERM', listener)
      process.kill(process.pid, 'SIGTERM')
    }
    process.on('SIGTERM', listener)
    process.kill(process.pid, 'SIGTERM')
  },
  'exit listener that records': () => {
    process.on('exit', () => {
      for (let count = 0; count < 10; count++) void recorder.record(stepFinished({ actionName: 'farewell' }))
    })
    process.exit(0)
  },
}

let recorded = 0
for (let step = 0; step < 166; step++) {
  const events = [
    stepFinished({ actionArgs: { step } }),
    ...(step % 10 === 0 ? [screenshot(png(`page ${step}`.repeat(500)))] : []),
    stepObserved({ title: `page ${step}` }),
  ]
  for (const event of events) {
    // Nobody waits: most of these acks never come.
    void recorder.record(event).catch(() => undefined)
    recorded++
  }
}
for (let turn = 0; turn < Number(turns); turn++) await new Promise(setImmediate)
if (disk !== 'real') await sleep(100)
say(`recorded ${recorded}`)
endings[ending]?.()
setTimeout(() => clearInterval(keepAlive), 20_000).unref()
