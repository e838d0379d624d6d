# fish completion for PROGRAM: the program itself answers.
function __PROGRAM_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    # Without its quotes, closed or not.
    if string match -qr '^["\']' -- $current
        set current (string trim --chars='"\'' -- $current)
    else if set -l plain (string unescape -- $current)
        set current $plain
    end
    IAMCTL_COMPLETE=fish command $words[1] -- $words "$current" 2>/dev/null
end
complete -c PROGRAM -f -k -a '(__PROGRAM_complete)'
