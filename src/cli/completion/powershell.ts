// Completion for PowerShell 5 and newer.

import type { CompletedCommand } from './completions.js';

/** Without a result, PowerShell completes files. */
export function powershellCompletion(commands: readonly CompletedCommand[]): string {
  const entries = commands.map(({ name, summary, actions, options }) => {
    const flags = options.map(({ flag, help, value }) => {
      const words = (value?.words ?? []).map(word).join(', ');
      return `      ${word(flag)} = @{ help = ${word(help)}; words = @(${words}) }`;
    });
    return `    ${word(name)} = @{ help = ${word(summary)}; actions = @(${actions.map(word).join(', ')}); options = [ordered]@{
${flags.join('\n')}
    } }`;
  });
  return `# PowerShell completion for alexft
Register-ArgumentCompleter -Native -CommandName alexft -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = [ordered]@{
${entries.join('\n')}
  }
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $found = [ordered]@{}
  if ($before.Count -lt 2) {
    foreach ($name in $commands.Keys) { $found[$name] = $commands[$name].help }
  } else {
    $command = $commands[$before[1]]
    if ($null -eq $command) { return }
    $option = $command.options[$before[-1]]
    if ($null -ne $option -and $option.words.Count -gt 0) {
      foreach ($word in $option.words) { $found[$word] = $word }
    } elseif ($wordToComplete -like '-*') {
      foreach ($flag in $command.options.Keys) { $found[$flag] = $command.options[$flag].help }
    } elseif ($before.Count -eq 2) {
      foreach ($action in $command.actions) { $found[$action] = $action }
    }
  }
  $found.Keys | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $found[$_])
  }
}
`;
}

const word = (text: string): string => `'${text.replaceAll("'", "''")}'`;
