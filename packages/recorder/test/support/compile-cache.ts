import { join } from 'node:path'

/** Compiled code is kept here between starts of a program, which makes a start three times as quick. */
export const compileCache = join(import.meta.dirname, '../../../../node_modules/.cache/recorder-programs')
