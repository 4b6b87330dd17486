import { expect, test } from 'vitest'
import {
  busyShare,
  foreignShare,
  kindOf,
  parseMachine,
  parseProcess,
  readCpu,
  readCpuByKind,
  treeMs,
  usedMs,
  type CpuReading,
} from '../../bench/cpu.ts'

function reading(busyMs: number, totalMs: number, trees: Readonly<Record<number, number>>): CpuReading {
  return { busyMs, totalMs, trees: new Map(Object.entries(trees).map(([pid, ms]) => [Number(pid), ms])) }
}

test("others' share is what the machine used less what our processes used, of all that its cores had to give", () => {
  const before = reading(50_000, 400_000, { 7: 1_000, 8: 300 })
  const after = reading(51_500, 404_000, { 7: 1_900, 8: 700 })
  expect(foreignShare(before, after, 7)).toBeCloseTo((1_500 - 900) / 4_000)
  expect(busyShare(before, after)).toBeCloseTo(1_500 / 4_000)
  expect(usedMs(before, after, 8)).toBe(400)
})

test('a count of ours that runs ahead of the machine is no negative share, and no time is no share', () => {
  const before = reading(0, 0, { 7: 0 })
  expect(foreignShare(before, reading(100, 1_000, { 7: 130 }), 7)).toBe(0)
  expect(foreignShare(before, before, 7)).toBe(0)
})

test('waiting for the disk is idle time, and what a hypervisor took is not', () => {
  const stat = 'cpu  100 20 30 1000 50 5 6 7 40 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n'
  expect(parseMachine(stat)).toEqual({ busyMs: 1_680, totalMs: 12_180 })
})

test('a process is read whatever its name, with the children that it waited for', () => {
  const line = '4121 (chrome (gpu) x) S 17 1 1 0 -1 4194304 9 9 9 9 11 12 13 14 20 0 1 0 99'
  expect(parseProcess(line)).toEqual({ pid: 4121, parent: 17, cpuMs: 500 })
  expect(parseProcess(undefined)).toBeUndefined()
})

test('a tree is a process and all below it, and nothing beside it', () => {
  const processes = [
    { pid: 2, parent: 1, cpuMs: 10 },
    { pid: 3, parent: 2, cpuMs: 200 },
    { pid: 4, parent: 3, cpuMs: 3_000 },
    { pid: 5, parent: 1, cpuMs: 40_000 },
  ]
  expect(treeMs(processes, 2)).toBe(3_210)
  expect(treeMs(processes, 99)).toBe(0)
})

test('what a process is for is read from how it was started', () => {
  expect(kindOf('/usr/lib/chromium/chromium\0--headless\0--remote-debugging-pipe')).toBe('browser')
  expect(kindOf('/usr/lib/chromium/chromium\0--type=renderer\0--remote-debugging-pipe')).toBe('renderer')
  expect(kindOf('/usr/lib/chromium/chromium\0--type=gpu-process')).toBe('gpu')
  expect(kindOf('/usr/lib/chromium/chromium\0--type=zygote')).toBe('helpers')
  expect(kindOf('/bin/sh\0/usr/bin/chromium')).toBe('helpers')
})

test('work of this process is found in its own tree on the real machine', () => {
  const before = readCpu([process.pid])
  const until = process.cpuUsage().user + 60_000 // a sixteenth of a second, which is six ticks
  for (let at = 0; process.cpuUsage().user < until; at++) Math.sqrt(at)
  const after = readCpu([process.pid])
  expect(usedMs(before, after, process.pid)).toBeGreaterThanOrEqual(50)
  expect(after.busyMs).toBeGreaterThan(before.busyMs)
  expect(readCpuByKind(process.pid).agent).toBeGreaterThanOrEqual(50)
})
