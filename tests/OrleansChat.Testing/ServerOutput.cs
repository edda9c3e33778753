using System.Diagnostics;
using System.Text;

namespace OrleansChat.Testing;

/// <summary>Reads what a server prints, as it prints it.</summary>
internal sealed class ServerOutput
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    public ServerOutput(Process process)
    {
        Task output = ReadAsync(process.StandardOutput, _output, line =>
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                Ready.TrySetResult(Fields(line));
            }
        });
        Ended = Task.WhenAll(output, ReadAsync(process.StandardError, _errors, _ => { }));
        _ = FailWhenEndedAsync();
    }

    public TaskCompletionSource<IReadOnlyDictionary<string, string>> Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended { get; }

    public string Text => Read(_output);

    public string ErrorText => Read(_errors);

    private static Dictionary<string, string> Fields(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(field => field.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "");

    private static async Task ReadAsync(StreamReader reader, StringBuilder text, Action<string> onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (text)
            {
                text.AppendLine(line);
            }

            onLine(line);
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private async Task FailWhenEndedAsync()
    {
        await Ended;
        Ready.TrySetException(new InvalidOperationException("The server ended before it was ready."));
    }
}
