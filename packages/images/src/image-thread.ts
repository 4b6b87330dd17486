import { parentPort } from 'node:worker_threads'
import { createAnswers } from './answers.ts'
import { loadSharp } from './decode.ts'

/** The thread of `openImageTools`. */
parentPort?.on(
  'message',
  createAnswers((answer) => parentPort?.postMessage(answer, [])),
)

loadSharp().catch(() => {}) // each question says so
