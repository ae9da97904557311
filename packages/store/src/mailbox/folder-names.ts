/** The folders of a new mailbox whose names are in its owner's language. */
export type NamedFolder = (typeof NAMED_FOLDERS)[number]

const NAMED_FOLDERS = [
  'ipmSubtree',
  'inbox',
  'outbox',
  'sentItems',
  'deletedItems',
  'drafts',
  'calendar',
  'contacts',
  'tasks',
  'notes',
  'journal',
  'junkEmail',
  'syncIssues',
  'conflicts',
  'localFailures',
  'serverFailures',
  'rssFeeds',
  'reminders',
] as const

/** One line per language, names in the order of {@link NAMED_FOLDERS}, as Outlook calls these folders. */
const NAMES = {
  en: 'Top of Information Store|Inbox|Outbox|Sent Items|Deleted Items|Drafts|Calendar|Contacts|Tasks|Notes|Journal|Junk Email|Sync Issues|Conflicts|Local Failures|Server Failures|RSS Feeds|Reminders',
  de: 'Oberste Ebene des Informationsspeichers|Posteingang|Postausgang|Gesendete Elemente|Gelöschte Elemente|Entwürfe|Kalender|Kontakte|Aufgaben|Notizen|Journal|Junk-E-Mail|Synchronisierungsprobleme|Konflikte|Lokale Fehler|Serverfehler|RSS-Feeds|Erinnerungen',
  fr: "Banque d'informations|Boîte de réception|Boîte d'envoi|Éléments envoyés|Éléments supprimés|Brouillons|Calendrier|Contacts|Tâches|Notes|Journal|Courrier indésirable|Problèmes de synchronisation|Conflits|Défaillances locales|Défaillances du serveur|Flux RSS|Rappels",
  es: 'Principio del almacén de información|Bandeja de entrada|Bandeja de salida|Elementos enviados|Elementos eliminados|Borradores|Calendario|Contactos|Tareas|Notas|Diario|Correo no deseado|Problemas de sincronización|Conflictos|Errores locales|Errores del servidor|Fuentes RSS|Avisos',
  it: 'Inizio archivio informazioni|Posta in arrivo|Posta in uscita|Posta inviata|Posta eliminata|Bozze|Calendario|Contatti|Attività|Note|Diario|Posta indesiderata|Problemi di sincronizzazione|Conflitti|Errori locali|Errori del server|Feed RSS|Promemoria',
  nl: 'Bovenste niveau van gegevensarchief|Postvak IN|Postvak UIT|Verzonden items|Verwijderde items|Concepten|Agenda|Contactpersonen|Taken|Notities|Logboek|Ongewenste e-mail|Synchronisatieproblemen|Conflicten|Lokale fouten|Serverfouten|RSS-feeds|Herinneringen',
  pt: 'Topo do Repositório de Informações|Caixa de Entrada|Caixa de Saída|Itens Enviados|Itens Excluídos|Rascunhos|Calendário|Contatos|Tarefas|Anotações|Diário|Lixo Eletrônico|Problemas de Sincronização|Conflitos|Falhas Locais|Falhas no Servidor|RSS Feeds|Lembretes',
  pl: 'Początek magazynu informacji|Skrzynka odbiorcza|Skrzynka nadawcza|Elementy wysłane|Elementy usunięte|Wersje robocze|Kalendarz|Kontakty|Zadania|Notatki|Dziennik|Wiadomości-śmieci|Problemy z synchronizacją|Konflikty|Błędy lokalne|Błędy serwera|Kanały informacyjne RSS|Przypomnienia',
  ja: 'インフォメーション ストアの先頭|受信トレイ|送信トレイ|送信済みアイテム|削除済みアイテム|下書き|予定表|連絡先|タスク|メモ|履歴|迷惑メール|同期の失敗|競合|ローカルの失敗|サーバーの失敗|RSS フィード|アラーム',
  zh: '信息存储顶部|收件箱|发件箱|已发送邮件|已删除邮件|草稿|日历|联系人|任务|便笺|日记|垃圾邮件|同步问题|冲突|本地故障|服务器故障|RSS 源|提醒',
} as const

/** A language that folders can be named in. */
export type FolderLanguage = keyof typeof NAMES

/** Primary language of an LCID ([MS-LCID]): its low ten bits. */
const PRIMARY_LANGUAGE_MASK = 0x3ff

const LANGUAGES: Readonly<Record<number, FolderLanguage>> = {
  4: 'zh',
  7: 'de',
  9: 'en',
  10: 'es',
  12: 'fr',
  16: 'it',
  17: 'ja',
  19: 'nl',
  21: 'pl',
  22: 'pt',
}

/** The language in which the folders of a mailbox with this LCID are named; English where there are no names for its own. */
export function folderLanguage(localeId: number): FolderLanguage {
  return LANGUAGES[localeId & PRIMARY_LANGUAGE_MASK] ?? 'en'
}

/** The names of the folders that a mailbox with this LCID begins with. */
export function folderNames(localeId: number): Readonly<Record<NamedFolder, string>> {
  const names = NAMES[folderLanguage(localeId)].split('|')
  return Object.fromEntries(NAMED_FOLDERS.map((role, i) => [role, names[i]!])) as Record<NamedFolder, string>
}
