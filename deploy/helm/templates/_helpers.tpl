{{- /* The image of every pod. */ -}}
{{- define "sightline.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- /* The labels by which Services, budgets and Deployments find the pods of a role. */ -}}
{{- define "sightline.labels" -}}
app: {{ .release.Name }}
role: {{ .role }}
{{- end }}

{{- /* What the pods of every role have. */ -}}
{{- define "sightline.pod" -}}
automountServiceAccountToken: false
{{- with .Values.serviceAccountName }}
serviceAccountName: {{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- /* What their containers have. */ -}}
{{- define "sightline.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
volumeMounts:
  - { name: data, mountPath: /data }
{{- end }}

{{- define "sightline.environment" -}}
envFrom:
  - configMapRef: { name: {{ .Release.Name }} }
  - secretRef: { name: {{ .Values.secretName }} }
{{- end }}

{{- /* Pods read the settings when they start, so they are replaced when one changes. */ -}}
{{- define "sightline.settingsChecksum" -}}
sightline/settings: {{ .Values.settings | toJson | sha256sum }}
{{- end }}
