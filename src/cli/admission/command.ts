import { pluginMessages, RegistrationError, unregister } from '../../api-access/admission/index.ts'
import {
  AuthenticationSetupError,
  authenticationFileMessages,
  authenticationMessages,
  authorityMessages,
} from '../../api-access/authentication/index.ts'
import { visible } from '../../findings/index.ts'
import {
  ClusterError,
  clusterClient,
  clusterMessages,
  loadKubeconfig,
  readingMessages,
} from '../../kubernetes/index.ts'
import { createRenderer, type Language, type Message } from '../../messages/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { admissionMessages } from './messages.ts'
import { type AdmissionOptions, settingsOf } from './options.ts'
import { serve } from './serve.ts'
import { AuthoritySecretError } from './shared-authority.ts'
import { readStageConfiguration } from './stage-configuration.ts'

const MESSAGES = [
  admissionMessages,
  cliMessages,
  clusterMessages,
  pluginMessages,
  readingMessages,
  authenticationFileMessages,
  authenticationMessages,
  authorityMessages,
]

/** Tells what happens, on standard error. */
export interface Teller {
  /** What goes as it should; not with `--quiet`. */
  note(message: Message): void
  /** What went wrong, and is tried again. */
  trouble(error: unknown): void
  problem(message: Message): void
}

/**
 * `haetae admission`: answers the reviews of API servers until it is told to stop; with `--install` it registers itself,
 * with `--uninstall` it only takes the registration away.
 *
 * @throws UsageError, also where the cluster cannot be reached at all
 */
export async function admission(options: AdmissionOptions, language: Language): Promise<ExitStatus> {
  const settings = settingsOf(options)
  const configuration =
    options.admissionConfig === undefined ? {} : readStageConfiguration(options.admissionConfig, language)
  const teller = tellerOf(language, options.quiet === true)
  try {
    const config = await loadKubeconfig({
      environment: process.env,
      ...(options.kubeconfig !== undefined && { kubeconfig: options.kubeconfig }),
      ...(options.context !== undefined && { context: options.context }),
    })
    if (options.uninstall === true) {
      const client = clusterClient(config)
      await unregister(client)
      client.close()
      teller.note(admissionMessages.make.unregistered({}))
    } else await serve({ options, settings, configuration, config, teller })
    return EXIT.done
  } catch (error) {
    if (error instanceof ClusterError) throw new UsageError(error.code, error.said, clusterMessages)
    if (error instanceof AuthenticationSetupError)
      throw new UsageError(error.code, error.detail, authenticationFileMessages)
    if (error instanceof RegistrationError || error instanceof AuthoritySecretError) {
      const said = error instanceof RegistrationError ? 'registration' : 'authority'
      throw new UsageError(
        error.code,
        admissionMessages.make[said]({ problem: error.message }),
        admissionMessages,
      )
    }
    throw error
  }
}

function tellerOf(language: Language, isQuiet: boolean): Teller {
  const render = createRenderer(MESSAGES, language)
  const tell = (line: string) => process.stderr.write(`${visible(line)}\n`)
  return {
    note(message) {
      if (!isQuiet) tell(render(message))
    },
    problem: (message) => tell(render(message)),
    trouble(error) {
      const problem =
        error instanceof ClusterError
          ? render(error.said)
          : error instanceof Error
            ? error.message
            : String(error)
      tell(render(admissionMessages.make.trouble({ problem })))
    },
  }
}
