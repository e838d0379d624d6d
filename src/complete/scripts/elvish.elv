# Elvish completion for PROGRAM: the program itself answers.
set edit:completion:arg-completer[PROGRAM] = {|@words|
    set-env IAMCTL_COMPLETE elvish
    try {
        (external $words[0]) -- $@words 2>/dev/null | from-lines | each {|word|
            # A folder or a scheme goes on: no blank behind it.
            if (re:match '[/:=]$' $word) { edit:complex-candidate $word &code-suffix='' } else { edit:complex-candidate $word &code-suffix=' ' }
        }
    } catch error {
        nop $error
    } finally {
        unset-env IAMCTL_COMPLETE
    }
}
