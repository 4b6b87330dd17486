#!/usr/bin/env node
import process from 'node:process'
import { runCli } from './cli.ts'

// Who reads us may stop reading, as `head` does: what was not read was not wanted.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    // A half that was written is no answer.
    if (stream === process.stdout) process.stderr.write(`The output cannot be written: ${error.message}\n`)
    process.exit(2)
  })
}

const { env, stdin, stdout, stderr } = process
process.exitCode = await runCli(process.argv.slice(2), { env, stdin, stdout, stderr, cwd: process.cwd() })
