# Elvish completion for iamctl: the program itself answers.
use re
set edit:completion:arg-completer[iamctl] = {|@words|
    set-env IAMCTL_COMPLETE elvish
    try {
        (external $words[0]) -- $@words 2>/dev/null | from-lines | each {|line|
            var word help = (re:split &max=2 "\t" $line"\t")
            var end = ' '
            # A folder or a scheme goes on: no blank behind it.
            if (re:match '[/:=]$' $word) { set end = '' }
            var shown = $word
            if (not-eq $help "\t") { set shown = $word'  '(re:replace "\t$" '' $help) }
            edit:complex-candidate $word &code-suffix=$end &display=$shown
        }
    } catch error {
        nop $error
    } finally {
        unset-env IAMCTL_COMPLETE
    }
}
