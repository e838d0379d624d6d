# PowerShell completion for iamctl: the program itself answers.
Register-ArgumentCompleter -Native -CommandName 'iamctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { "$_" })
    if ($wordToComplete -eq '') { $words += '""' }
    $before = $env:IAMCTL_COMPLETE
    $env:IAMCTL_COMPLETE = 'powershell'
    try { $answers = & $words[0] -- @($words | ForEach-Object { $_.Trim('"') }) 2>$null } finally { $env:IAMCTL_COMPLETE = $before }
    $answers | ForEach-Object {
        $word, $help = $_ -split "`t", 2
        if (-not $help) { $help = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $help)
    }
}
