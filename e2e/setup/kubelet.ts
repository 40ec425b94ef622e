import { readdirSync, readFileSync } from 'node:fs'

/** What the kubelet of this machine was started with. */
export interface Kubelet {
  /** Folder of seccomp profiles. */
  readonly profiles: string
  /** Path of the container runtime's socket. */
  readonly runtime: string
  /** Folder that ends in `/`, in which kubectl is, too; empty where they are found by name. */
  readonly bin: string
}

/** @returns undefined where none runs on this machine */
export function findKubelet(): Kubelet | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let args: string[]
    try {
      args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    } catch {
      continue
    }
    if (!/(?:^|\/)kubelet$/.test(args[0] ?? '')) continue
    const value = (flag: string) => args.find((arg) => arg.startsWith(`--${flag}=`))?.slice(flag.length + 3)
    return {
      // Its default does not follow --root-dir.
      profiles: value('seccomp-profile-root') ?? '/var/lib/kubelet/seccomp',
      runtime: (value('container-runtime-endpoint') ?? '').replace(/^unix:\/\//, ''),
      bin: (args[0] ?? '').replace(/kubelet$/, ''),
    }
  }
  return undefined
}
