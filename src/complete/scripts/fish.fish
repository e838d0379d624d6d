# fish completion for PROGRAM: the program itself answers.
function __PROGRAM_complete
    set -l words (commandline -opc) (commandline -ct)
    IAMCTL_COMPLETE=fish command $words[1] -- $words 2>/dev/null
end
complete -c PROGRAM -f -k -a '(__PROGRAM_complete)'
