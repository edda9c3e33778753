using System.Text.Json;

namespace OrleansChat.Client.Tests;

/// <summary>
/// One log per conversation behind any number of nodes, kept as the contract says: numbered, once per client id. What is between
/// log and client is not to be trusted: live events get lost and doubled, sends fail before or after being stored, connections break.
/// </summary>
internal sealed class UnreliableCluster(int seed, double failures)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, List<string>> _logs = [];
    private readonly Dictionary<string, long> _known = [];
    private readonly List<ScriptedSession> _sessions = [];

    /// <summary>How many faults of each kind there were.</summary>
    public Dictionary<string, int> Faults { get; } = [];

    public IReadOnlyList<string> Log(string conversation)
    {
        lock (_lock)
        {
            return [.. _logs.GetValueOrDefault(conversation, [])];
        }
    }

    /// <summary>Breaks the present connections.</summary>
    public void Break()
    {
        lock (_lock)
        {
            _sessions.ForEach(session => session.Abort());
        }
    }

    public async Task ServeAsync(ScriptedServer node)
    {
        while (true)
        {
            var session = await node.AcceptAsync();
            lock (_lock)
            {
                _sessions.Add(session);
            }

            try
            {
                await session.HelloAsync();
                while (await session.NextAsync() is { } command)
                {
                    await AnswerAsync(session, command);
                }
            }
            catch (Exception broken) when (broken is System.Net.WebSockets.WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
            {
                // The next connection goes on.
            }
        }
    }

    private async Task AnswerAsync(ScriptedSession session, JsonElement command)
    {
        if (command.GetProperty("do").GetString() == "sync")
        {
            await SyncAsync(session, command);
        }
        else if (Happens("break before", failures / 10))
        {
            session.Abort();
        }
        else if (Happens("fail before", failures))
        {
            await session.ErrorAsync(command, 5030, "unavailable", retry: true);
        }
        else
        {
            await StoreAsync(session, command);
        }
    }

    private async Task StoreAsync(ScriptedSession session, JsonElement command)
    {
        var conversation = command.GetProperty("conversation").GetString()!;
        var text = command.GetProperty("text").GetString()!;
        long seq;
        bool isNew;
        lock (_lock)
        {
            var log = _logs.TryGetValue(conversation, out var found) ? found : _logs[conversation] = [];
            isNew = _known.TryAdd(conversation + command.GetProperty("clientId"), log.Count + 1);
            seq = _known[conversation + command.GetProperty("clientId")];
            if (isNew)
            {
                log.Add(text);
            }
        }

        var count = !isNew || Happens("lose", failures) ? 0 : Happens("double", failures) ? 2 : 1;
        for (var i = 0; i < count; i++)
        {
            await session.SendAsync(Event(conversation, seq, text));
        }

        if (Happens("break after", failures / 10))
        {
            session.Abort();
        }
        else if (Happens("fail after", failures))
        {
            await session.ErrorAsync(command, 5030, "unavailable", retry: true);
        }
        else
        {
            await session.AckAsync(command, seq, conversation);
        }
    }

    private async Task SyncAsync(ScriptedSession session, JsonElement sync)
    {
        (string Id, string[] Entries)[] logs;
        lock (_lock)
        {
            logs = [.. _logs.Select(log => (log.Key, log.Value.ToArray()))];
        }

        var positions = sync.GetProperty("positions");
        var known = logs.Where(log => positions.TryGetProperty(log.Id, out _)).ToArray();
        var summaries = string.Join(",", logs.Select(log => ScriptedSession.Summary(log.Id, log.Entries.Length)));
        var recovered = string.Join(",", known.Select(log => $"\"{log.Id}\":true"));
        await session.OkAsync(sync, $$"""
            {"conversations":[{{summaries}}],"recovered":{ {{recovered}} } }
            """.Trim());
        foreach (var (id, entries) in known)
        {
            for (var seq = positions.GetProperty(id).GetProperty("seq").GetInt64() + 1; seq <= entries.Length; seq++)
            {
                await session.SendAsync(Event(id, seq, entries[(int)seq - 1]));
            }
        }
    }

    private bool Happens(string fault, double likely)
    {
        lock (_lock)
        {
            if (_random.NextDouble() >= likely)
            {
                return false;
            }

            Faults[fault] = Faults.GetValueOrDefault(fault) + 1;
            return true;
        }
    }

    private static string Event(string conversation, long seq, string text)
        => ScriptedSession.Message(conversation, seq).Replace($"m{seq}", text, StringComparison.Ordinal);
}
