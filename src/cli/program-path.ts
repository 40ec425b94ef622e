import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { reasonOf } from '../messages/index.ts'

/** Where a program is that a shell would run by this name, or else why it would not: `ENOENT`, `EACCES`. */
export function programPath(program: string): { readonly path: string } | { readonly obstacle: string } {
  if (program.includes('/')) {
    const obstacle = obstacleOf(program)
    return obstacle === undefined ? { path: program } : { obstacle }
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const obstacles = folders.map((folder) => obstacleOf(join(folder, program)))
  const found = folders[obstacles.indexOf(undefined)]
  if (found !== undefined) return { path: join(found, program) }
  return { obstacle: obstacles.includes('EACCES') ? 'EACCES' : 'ENOENT' }
}

/** @returns undefined for a file that may be run */
function obstacleOf(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile() ? undefined : 'EACCES'
  } catch (error) {
    return reasonOf(error)
  }
}
