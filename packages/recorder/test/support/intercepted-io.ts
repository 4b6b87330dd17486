import { diskIo, systemError as makeSystemError, type Io, type IoFile } from '../../src/io/io.ts'

/** One operation on the way to the disk. `path` is that of the file also for what happens to an open one. */
export interface Operation {
  readonly name: keyof Io | keyof IoFile
  readonly path: string
}

/** Tells whether a path is that of a journal. */
export const isJournal = (path: string): boolean => path.endsWith('core.log')
/** Tells whether a path is that of a frame on its way to its name. */
export const isFrame = (path: string): boolean => path.includes('.tmp-')

/**
 * Hears of every operation before it happens. It may throw (the operation fails), wait (a slow disk), or return how many
 * bytes a write or read moves at most (a short one).
 */
export type Intercept = (operation: Operation) => number | void | Promise<number | void>

/** The real disk behind an interceptor. */
export function interceptedIo(intercept: Intercept): Io {
  const before = async (name: Operation['name'], path: string): Promise<number> =>
    (await intercept({ name, path })) ?? Number.POSITIVE_INFINITY
  const pass =
    <Rest extends unknown[], Result>(name: keyof Io, operation: (path: string, ...rest: Rest) => Promise<Result>) =>
    async (path: string, ...rest: Rest): Promise<Result> => {
      await before(name, path)
      return operation(path, ...rest)
    }
  const wrap = (file: IoFile, path: string): IoFile => ({
    write: async (bytes) => file.write(bytes.subarray(0, await before('write', path))),
    read: async (buffer, position) => file.read(buffer.subarray(0, await before('read', path)), position),
    datasync: async () => {
      await before('datasync', path)
      return file.datasync()
    },
    stat: async () => {
      await before('stat', path)
      return file.stat()
    },
    close: async () => {
      // A file that could not be closed is closed all the same, or tests would run out of descriptors.
      try {
        await before('close', path)
      } finally {
        await file.close()
      }
    },
  })
  return {
    open: async (path, how) => {
      await before('open', path)
      return wrap(await diskIo.open(path, how), path)
    },
    mkdir: pass('mkdir', diskIo.mkdir),
    rename: pass('rename', diskIo.rename),
    link: pass('link', diskIo.link),
    unlink: pass('unlink', diskIo.unlink),
    rmdir: pass('rmdir', diskIo.rmdir),
    readdir: pass('readdir', diskIo.readdir),
    lstat: pass('lstat', diskIo.lstat),
    syncDirectory: pass('syncDirectory', diskIo.syncDirectory),
    ...(diskIo.blocking ? { blocking: diskIo.blocking } : {}),
  }
}

/** An error as the system gives it. */
export function systemError(code: string): Error {
  return makeSystemError(code, 'injected')
}

/** The real disk, on which some operations fail, as long as `fails` says so. */
export function failingIo(fails: (operation: Operation) => boolean, code = 'EIO'): Io {
  return interceptedIo((operation) => {
    if (fails(operation)) throw systemError(code)
  })
}

/** A disk that holds back every write of the journal until it is told to go on. */
export function heldDisk(hear: (operation: Operation) => void = () => undefined): {
  io: Io
  hold: () => void
  release: () => void
} {
  let gate = Promise.resolve()
  let open = (): void => undefined
  return {
    io: interceptedIo(async (operation) => {
      hear(operation)
      const { name, path } = operation
      if (name === 'write' && isJournal(path)) await gate
    }),
    hold: () => {
      gate = new Promise((resolve) => (open = resolve))
    },
    release: () => open(),
  }
}

/** A disk that stops before one of its operations and never works again: the process has died there. */
export interface CrashingIo {
  readonly io: Io
  /** Count from here on; without it nothing ever stops. */
  arm(): void
  /** Operations since `arm()`, up to the crash. */
  readonly operations: readonly Operation[]
}

/**
 * @param last which operation after `arm()` is the last: its position, from 1, or what it looks like; none when absent
 * @param tear whether that operation, where it is a write, still moves a few bytes before the end
 */
export function crashingIo(last?: number | ((operation: Operation) => boolean), tear = false): CrashingIo {
  const operations: Operation[] = []
  let armed = false
  let dead = false
  const io = interceptedIo((operation) => {
    if (dead) throw systemError('ECRASHED')
    if (!armed) return
    operations.push(operation)
    if (typeof last === 'function' ? !last(operation) : operations.length !== last) return
    dead = true
    if (tear && operation.name === 'write') return 7
    throw systemError('ECRASHED')
  })
  return { io, operations, arm: () => void (armed = true) }
}
