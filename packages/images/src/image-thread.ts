import { parentPort } from 'node:worker_threads'
import { createAnswers } from './answers.ts'

/** The thread of `openImageTools`. */
parentPort?.on(
  'message',
  createAnswers((answer) => parentPort?.postMessage(answer, [])),
)
