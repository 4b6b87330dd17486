import { Worker } from 'node:worker_threads'
import type { ImageDifference, ImageTools, Reencoded } from '@contrail/core'
import { messageOf } from '@contrail/core/decoding'
import { fromFailure, type Answer, type Question } from './messages.ts'

/** Tools for images, and the thread that does their work. */
export interface OpenImageTools extends ImageTools, AsyncDisposable {
  /** End the thread. What it was asked and has not answered rejects. */
  close(): Promise<void>
}

type Waiting = { resolve: (result: never) => void; reject: (cause: unknown) => void }
type Unnumbered<Q> = Q extends Question ? Omit<Q, 'id'> : never

/**
 * Open tools for images that work in a thread of their own, so that neither decoding nor comparing holds up the caller's.
 * They hold no process open. Questions are answered one after the other, so that one image at a time takes memory.
 *
 * What a thread that dies was asked and has not answered rejects; the next question is asked of a new thread. Closed tools reject
 * whatever they are asked.
 */
export function openImageTools(): OpenImageTools {
  const waiting = new Map<number, Waiting>()
  let nextId = 0
  let worker: Worker | undefined
  let isClosed = false

  const start = (): Worker => {
    const thread = new Worker(threadFile())
    const end = (cause: Error): void => {
      if (worker !== thread) return
      worker = undefined
      for (const { reject } of waiting.values()) reject(cause)
      waiting.clear()
    }
    thread.on('message', (answer: Answer) => {
      const asked = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (waiting.size === 0) thread.unref()
      if ('failure' in answer) asked?.reject(fromFailure(answer.failure))
      else asked?.resolve(answer.result as never)
    })
    thread.on('error', (cause: unknown) => {
      end(new Error(`the thread for images has died: ${messageOf(cause)}`, { cause }))
    })
    thread.on('exit', () => end(new Error('the thread for images has ended')))
    return thread
  }
  const ask = <Result>(question: Unnumbered<Question>): Promise<Result> =>
    new Promise<Result>((resolve, reject) => {
      if (isClosed) {
        reject(new Error('these tools for images are closed'))
        return
      }
      worker ??= start()
      const id = nextId++
      waiting.set(id, { resolve, reject })
      // As long as an answer is awaited the process has something to wait for.
      worker.ref()
      worker.postMessage({ ...question, id }, [])
    })
  const close = async (): Promise<void> => {
    isClosed = true
    await worker?.terminate()
  }
  return {
    reencode: (bytes) => ask<Reencoded>({ do: 'reencode', bytes }),
    compare: (one, other, options = {}) => ask<ImageDifference>({ do: 'compare', one, other, options }),
    paint: (bytes, boxes, options = {}) => ask<Uint8Array>({ do: 'paint', bytes, boxes, options }),
    thumbnail: (bytes, options) => ask<Uint8Array>({ do: 'thumbnail', bytes, options }),
    shrink: (bytes, options) => ask<Uint8Array>({ do: 'shrink', bytes, options }),
    animate: (frames, options) => ask<Uint8Array>({ do: 'animate', frames, options }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Beside this file under its own extension: `.ts` in the workspace, `.js` where it was built. */
function threadFile(): URL {
  const { url } = import.meta
  return new URL(`./image-thread${url.slice(url.lastIndexOf('.'))}`, url)
}
