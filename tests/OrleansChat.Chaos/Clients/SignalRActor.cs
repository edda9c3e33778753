using System.Collections.Concurrent;
using System.Text.Json;
using OrleansChat.Chaos.Network;

namespace OrleansChat.Chaos.Clients;

/// <summary>The JSON hub protocol by hand: records end with 0x1E; 1 is a call, 3 its answer, 6 a sign of life, 7 the end.</summary>
internal sealed class SignalRActor(string client, string token, IReadOnlyList<Uri> nodes, Recorder recorder, double perSecond, CancellationToken end)
    : DoorActor(client, nodes, recorder, perSecond, end)
{
    private const char End = '\u001e';
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    protected override async Task VisitAsync(Uri node, string session, CancellationToken over)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(over);
        late.CancelAfter(Patience);
        using FrameSocket socket = await FrameSocket.ConnectAsync(node, $"/hub?access_token={token}", late.Token);
        Call call = new(socket);
        await socket.WriteAsync($$"""{"protocol":"json","version":1}{{End}}""", late.Token);
        await FirstOfAsync(
            over,
            cancel => ReadAsync(socket, call, session, cancel),
            async cancel =>
            {
                object positions = Positions().ToDictionary(one => one.Key, one => new { epoch = one.Value.Epoch, seq = one.Value.Seq });
                Sent synced = await call.AskAsync("Sync", new { positions }, ok => Synced(session, ok), cancel).WaitAsync(Patience, cancel);
                if (synced.Error is null)
                {
                    await SendAsync(session, (id, text, stop) => call.AskAsync("Send", new { conversation = Group, clientId = id, text }, null, stop), cancel);
                }
            },
            async cancel =>
            {
                using PeriodicTimer timer = new(Beat);
                while (await timer.WaitForNextTickAsync(cancel))
                {
                    await socket.WriteAsync($$"""{"type":6}{{End}}""", cancel);
                }
            });
    }

    private async Task ReadAsync(FrameSocket socket, Call call, string session, CancellationToken over)
    {
        // The server gives a sign of life every 15 s.
        while (await socket.ReadAsync(over).WaitAsync(TimeSpan.FromSeconds(20), over) is { } frame)
        {
            foreach (string text in frame.Split(End, StringSplitOptions.RemoveEmptyEntries))
            {
                JsonElement record = JsonElement.Parse(text);
                int type = record.TryGetProperty("type", out JsonElement kind) ? kind.GetInt32() : 0;
                if (type == 7)
                {
                    return;
                }

                if (type == 3)
                {
                    call.Answered(record);
                }
                else if (type == 1 && record.GetProperty("arguments")[0] is var happened && happened.GetProperty("ev").GetString() == "message")
                {
                    Take(session, happened.GetProperty("message"));
                }
            }
        }
    }

    /// <summary>The calls of one connection.</summary>
    private sealed class Call(FrameSocket socket)
    {
        private readonly ConcurrentDictionary<string, (TaskCompletionSource<Sent> Answer, Action<JsonElement>? Taken)> _waiting = new();
        private int _ids;

        public async Task<Sent> AskAsync(string method, object parameters, Action<JsonElement>? taken, CancellationToken cancel)
        {
            string id = $"{Interlocked.Increment(ref _ids)}";
            TaskCompletionSource<Sent> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting[id] = (answer, taken);
            await socket.WriteAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments = new[] { parameters } }) + End, cancel);
            return await answer.Task.WaitAsync(cancel);
        }

        // What an answer says is taken at once: events that follow it stand on it.
        public void Answered(JsonElement record)
        {
            if (!_waiting.TryRemove(record.GetProperty("invocationId").GetString()!, out (TaskCompletionSource<Sent> Answer, Action<JsonElement>? Taken) call))
            {
                return;
            }

            if (record.TryGetProperty("error", out JsonElement error))
            {
                // "An unexpected error occurred invoking 'Send' on the server. HubException: unavailable: ..."
                string name = error.GetString()!.Split("HubException: ")[^1].Split(':')[0];
                call.Answer.SetResult(new Sent(name, name is "unavailable" or "rate_limited" or "internal"));
                return;
            }

            JsonElement ok = record.GetProperty("result");
            call.Taken?.Invoke(ok);
            call.Answer.SetResult(Sent.Taken(ok));
        }
    }
}
