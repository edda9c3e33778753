using System.Diagnostics;

namespace OrleansChat.Testing;

/// <summary>
/// Ends the processes and deletes the directories of this test run when the test process is gone, however it went: a shell waits for
/// the end of its standard input, which the kernel closes with us. It sits in a session of its own and outlives a Ctrl-C.
/// A process is known by its id and the time of its start, because ids come round again.
/// (A death signal, <c>PR_SET_PDEATHSIG</c>, would come with the end of the pool thread that started the child.)
/// </summary>
internal static class Watchdog
{
    private const string Script = """
        trap '' INT TERM HUP QUIT
        exec >/dev/null 2>&1
        watched= directories=
        name() { stat=$(cat "/proc/$1/stat") && stat=${stat##*) } && set -- "$1" $stat && echo "$1:${21}"; }
        while read -r verb what; do
          case $verb in
            watch) watched="$watched $(name "$what")" ;;
            forget) kept=; for one in $watched; do [ "${one%:*}" = "$what" ] || kept="$kept $one"; done; watched=$kept ;;
            delete) directories="$directories
        $what" ;;
          esac
        done
        for one in $watched; do [ "$(name "${one%:*}")" = "$one" ] && kill -9 "${one%:*}"; done
        IFS='
        '
        for directory in $directories; do
          case $directory in */orleanschat-test-*) ;; *) continue ;; esac
          for record in $(find "$directory" -name private-redis.json); do
            pid=$(sed -n 's/.*"Pid":\([0-9][0-9]*\).*/\1/p' "$record")
            [ "$(cat "/proc/${pid:-0}/comm")" = redis-server ] && kill -9 "$pid"
          done
          rm -rf "$directory"
        done
        """;

    private static readonly Lock Gate = new();
    private static readonly StreamWriter Line = Start();

    public static void Watch(int pid) => Send($"watch {pid}");

    public static void Forget(int pid) => Send($"forget {pid}");

    public static void Delete(string directory) => Send($"delete {directory}");

    private static void Send(string line)
    {
        lock (Gate)
        {
            Line.WriteLine(line);
        }
    }

    private static StreamWriter Start()
    {
        ProcessStartInfo start = new("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script.ReplaceLineEndings("\n"));
        Process process = Process.Start(start) ?? throw new InvalidOperationException("The watchdog shell did not start.");
        process.StandardInput.AutoFlush = true;
        return process.StandardInput;
    }
}
