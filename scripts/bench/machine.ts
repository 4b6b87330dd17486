import { statfs } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { findBrowser } from 'contrail/browser'

/** The facts that figures depend on. */
export interface MachineFacts {
  readonly cores: number
  readonly cpu: string
  readonly memoryMb: number
  readonly node: string
  /** As the browser says it; absent where there is none. */
  readonly browser?: string
  readonly system: string
  /** The file system of the recordings: on one in memory an fsync costs nothing. */
  readonly disk: string
  /** Mean of the last minute, before the benches began. */
  readonly load: number
}

/** Numbers of file systems: statfs(2). */
const fileSystems: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x01021994: 'tmpfs',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x794c7630: 'overlayfs',
}

/** Look at the machine. A missing browser is told by the parts that need one. */
export async function readMachineFacts(directory: string): Promise<MachineFacts> {
  const { type } = await statfs(directory)
  const browser = await findBrowser().catch(() => undefined)
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryMb: Math.round(totalmem() / 1e6),
    node: process.version,
    ...(browser ? { browser: `${browser.version ?? 'of unknown version'} (${browser.source})` } : {}),
    system: `${process.platform} ${release()}`,
    disk: fileSystems[type] ?? `0x${type.toString(16)}`,
    load: loadavg()[0] ?? 0,
  }
}

/** The facts as one line. */
export function describeMachine({ cores, cpu, memoryMb, node, browser, system, disk, load }: MachineFacts): string {
  const gigabytes = Math.round(memoryMb / 1000)
  return `${cores} cores (${cpu}), ${gigabytes} GB, ${system}, ${disk}, Node ${node}, Chromium ${browser ?? 'none'}, load ${load.toFixed(2)}`
}
