import { defineMessages } from '../../messages/index.ts'
import type { WindowsSettings } from './effective-pod.ts'
import { asBoolean, asText, under } from './field.ts'
import { runAsNonRootOf } from './identity.ts'
import { bothLevels, type ContainerScope } from './scope.ts'
import { byDefault, conflict, info, type Setting, settle, withNotes } from './setting.ts'

export const windowsMessages = defineMessages('effective-windows', {
  imageUser: {
    en: () => 'The image decides; ContainerUser unless it says otherwise.',
    ko: () => '이미지가 정합니다. 따로 정하지 않으면 ContainerUser입니다.',
  },
  hostProcess: {
    en: () => "Runs as a process of the node, in the node's network and with its file system: no isolation.",
    ko: () => '노드의 네트워크와 파일시스템에서 노드의 프로세스로 실행되므로 격리되지 않습니다.',
  },
  hostProcessNeedsHostNetwork: {
    en: () => 'A HostProcess container needs hostNetwork: true; the API server rejects the pod without it.',
    ko: () => 'HostProcess 컨테이너에는 hostNetwork: true가 필요합니다. 없으면 API 서버가 파드를 거부합니다.',
  },
  administratorAgainstNonRoot: {
    en: () =>
      'runAsNonRoot is true but the user is ContainerAdministrator: the kubelet refuses to start the container.',
    ko: () =>
      'runAsNonRoot가 true인데 사용자가 ContainerAdministrator입니다. kubelet이 컨테이너 시작을 거부합니다.',
  },
})

/** Windows options are merged field by field, the container's over the pod's; the two GMSA fields go together. */
export function windowsOf(scope: ContainerScope): WindowsSettings {
  const runAsUserName = settle<string | null>(
    asText,
    bothLevels(scope, 'windowsOptions', 'runAsUserName'),
    byDefault('image', null, info(windowsMessages.make.imageUser({}))),
  )
  const runAsNonRoot = runAsNonRootOf(scope)
  const refused = runAsNonRoot.value && /^containeradministrator$/i.test(runAsUserName.value ?? '')
  return {
    runAsUserName,
    runAsNonRoot: refused
      ? withNotes(runAsNonRoot, conflict(windowsMessages.make.administratorAgainstNonRoot({})))
      : runAsNonRoot,
    gmsaCredentialSpecName: settle<string | null>(asText, gmsaPlaces(scope), byDefault('kubernetes', null)),
    hostProcess: hostProcessOf(scope),
  }
}

/**
 * "HostProcess determines if a container should be run as a 'Host Process' container. […] In addition, if
 * HostProcess is true then HostNetwork must also be set to true." (API reference, WindowsSecurityContextOptions)
 */
function hostProcessOf(scope: ContainerScope): Setting<boolean> {
  const { make } = windowsMessages
  const hostProcess = settle(
    asBoolean,
    bothLevels(scope, 'windowsOptions', 'hostProcess'),
    byDefault<boolean>('kubernetes', false),
  )
  if (!hostProcess.value) return hostProcess
  const onHostNetwork = asBoolean(under(scope.spec, 'hostNetwork')) === true
  return withNotes(
    hostProcess,
    info(make.hostProcess({})),
    ...(onHostNetwork ? [] : [conflict(make.hostProcessNeedsHostNetwork({}))]),
  )
}

/** A container that gives either GMSA field takes none from the pod. */
function gmsaPlaces(scope: ContainerScope) {
  const places = bothLevels(scope, 'windowsOptions', 'gmsaCredentialSpecName')
  const inlined = asText(under(scope.containerSecurity, 'windowsOptions', 'gmsaCredentialSpec'))
  return inlined === undefined ? places : places.filter(({ from }) => from === 'container')
}
