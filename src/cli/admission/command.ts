import { pluginMessages, RegistrationError, unregister } from '../../api-access/admission/index.ts'
import { clusterClient, loadKubeconfig } from '../../kubernetes/index.ts'
import type { Language } from '../../messages/index.ts'
import { asUsageError } from '../authentication/setup-error.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { createTeller } from '../teller.ts'
import { admissionMessages } from './messages.ts'
import { type AdmissionOptions, settingsOf } from './options.ts'
import { serve } from './serve.ts'
import { AuthoritySecretError } from './shared-authority.ts'
import { readStageConfiguration } from './stage-configuration.ts'

/**
 * `haetae admission`: answers the reviews of API servers until it is told to stop; with `--install` it registers itself,
 * with `--uninstall` it only takes the registration away.
 *
 * @throws UsageError, also where the cluster cannot be reached at all
 */
export async function admission(options: AdmissionOptions, language: Language): Promise<ExitStatus> {
  const settings = settingsOf(options)
  const configuration =
    options.admissionConfig === undefined
      ? { manifestFolders: new Map() }
      : readStageConfiguration(options.admissionConfig, language)
  const teller = createTeller({
    messages: [admissionMessages, pluginMessages],
    language,
    isQuiet: options.quiet === true,
    trouble: admissionMessages.make.trouble,
  })
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
    } else await serve({ options, settings, configuration, config, language, teller })
    return EXIT.done
  } catch (error) {
    if (error instanceof RegistrationError || error instanceof AuthoritySecretError) {
      const said = error instanceof RegistrationError ? 'registration' : 'authority'
      throw new UsageError(
        error.code,
        admissionMessages.make[said]({ problem: error.message }),
        admissionMessages,
      )
    }
    throw asUsageError(error)
  }
}
