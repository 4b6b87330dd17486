#!/usr/bin/env node
import process from 'node:process'
import { runCli } from './cli.ts'

// Who reads us may stop reading, as `head` does: what was not read was not wanted.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode ?? 0)
  })
}

const { env, stdin, stdout, stderr } = process
process.exitCode = await runCli(process.argv.slice(2), { env, stdin, stdout, stderr, cwd: process.cwd() })
