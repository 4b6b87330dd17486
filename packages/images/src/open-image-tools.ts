import { existsSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ImageDifference, ImageTools, Reencoded } from '@contrail/core'
import { messageOf } from '@contrail/core/decoding'
import { createAnswers } from './answers.ts'
import { fromFailure, type Answer, type Question } from './messages.ts'

/** Tools for images, and the thread that does their work. */
export interface OpenImageTools extends ImageTools, AsyncDisposable {
  /** End the thread. What it was asked and has not answered rejects. */
  close(): Promise<void>
}

type Waiting = { resolve: (result: never) => void; reject: (cause: unknown) => void }
type Unnumbered<Q> = Q extends Question ? Omit<Q, 'id'> : never

/**
 * Open tools for images that work in a thread of their own, so that neither decoding nor comparing holds up the caller's. In a program
 * that is one file there is no file for a thread, and they work in that of the caller, as where Node permits none. They hold no
 * process open. Questions are answered one after the other, so that one image at a time takes memory.
 *
 * What a thread that dies was asked and has not answered rejects; the next question is asked of a new thread. Closed tools reject
 * whatever they are asked.
 *
 * @param options.isEager start the thread at once: it takes longer to be ready than to answer. Default: with the first question
 */
export function openImageTools({ isEager = false }: { isEager?: boolean | undefined } = {}): OpenImageTools {
  const waiting = new Map<number, Waiting>()
  let nextId = 0
  let worker: Thread | undefined
  let isClosed = false

  const hear = (answer: Answer): void => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (waiting.size === 0) worker?.unref()
    if ('failure' in answer) asked?.reject(fromFailure(answer.failure))
    else asked?.resolve(answer.result as never)
  }
  const end = (thread: Thread, cause: Error): void => {
    if (worker !== thread) return
    worker = undefined
    for (const { reject } of waiting.values()) reject(cause)
    waiting.clear()
  }
  const startHere = (): Thread => {
    const terminate = async (): Promise<number> => {
      end(here, new Error('the thread for images has ended'))
      return 0
    }
    const here: Thread = { postMessage: createAnswers(hear), ref: () => {}, unref: () => {}, terminate }
    return here
  }
  const start = (): Thread => {
    const thread = startThread()
    if (!thread) return startHere()
    thread.on('message', hear)
    thread.on('error', (cause: unknown) => {
      end(thread, new Error(`the thread for images has died: ${messageOf(cause)}`, { cause }))
    })
    thread.on('exit', () => end(thread, new Error('the thread for images has ended')))
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
  if (isEager) {
    worker = start()
    worker.unref()
  }
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

/** The part of a thread that is used. */
type Thread = Pick<Worker, 'postMessage' | 'ref' | 'unref' | 'terminate'>

/** Undefined where there is no file for it, or Node permits no thread. Not by `new`: bundlers would put a file of theirs in its place. */
function startThread(): Worker | undefined {
  try {
    const file = threadFile()
    return file === undefined ? undefined : Reflect.construct<[string], Worker>(Worker, [file])
  } catch {
    return undefined
  }
}

/**
 * Beside this file under its own extension: `.ts` in the workspace, `.js` where it was built. Undefined where it is not there. Not by
 * `new URL()`: bundlers would put a copy of that one file in its place, without those it imports.
 *
 * @throws TypeError where a bundler has given this file an address that is no file's
 */
function threadFile(): string | undefined {
  const { url } = import.meta as Partial<ImportMeta>
  if (!url) return undefined
  const own = fileURLToPath(url)
  const file = join(dirname(own), `image-thread${extname(own)}`)
  return existsSync(file) ? file : undefined
}
