import { AuthenticationSetupError } from '../../api-access/authentication/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'

const stateMessages = defineMessages('state-folder', {
  unwritable: {
    en: (d: { path: string; reason: string }) =>
      `cannot write ${d.path} (${d.reason}); give --state a folder that this user may write to`,
    ko: (d: { path: string; reason: string }) =>
      `${withParticle(d.path, '을/를')} 쓸 수 없습니다 (${d.reason}). --state에 이 사용자가 쓸 수 있는 폴더를 지정하십시오`,
  },
})

/**
 * Does what writes into the folder of `--state`.
 *
 * @throws UsageError ERR_STATE where the operating system does not let it; anything else as it was thrown
 */
export async function inState<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write()
  } catch (error) {
    const refused = refusedPath(error)
    if (refused === undefined) throw error
    throw new UsageError('ERR_STATE', stateMessages.make.unwritable(refused), stateMessages)
  }
}

/** What could not be written and the system's word for why; undefined for an error of another kind. */
function refusedPath(error: unknown): { readonly path: string; readonly reason: string } | undefined {
  if (error instanceof AuthenticationSetupError) {
    const { path, reason } = error.detail.data
    if (error.detail.id !== 'authentication-file.unwritable') return undefined
    return { path: String(path), reason: String(reason) }
  }
  if (!(error instanceof Error && 'syscall' in error && 'code' in error && 'path' in error)) return undefined
  return { path: String(error.path), reason: String(error.code) }
}
