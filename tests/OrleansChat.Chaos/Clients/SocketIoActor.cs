using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Network;

namespace OrleansChat.Chaos.Clients;

/// <summary>Socket.IO over WebSocket by hand: 40 connects, 42 is an event, 43 an acknowledgement, 2 a ping and 3 its answer. It shows no entries but texts.</summary>
internal sealed class SocketIoActor(string client, string password, IReadOnlyList<Uri> nodes, Recorder recorder, double perSecond, CancellationToken end)
    : DoorActor(client, nodes, recorder, perSecond, end)
{
    private string? _pid;
    private string? _offset;

    protected override async Task VisitAsync(Uri node, string session, CancellationToken over)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(over);
        late.CancelAfter(Patience);
        using FrameSocket socket = await FrameSocket.ConnectAsync(node, "/socket.io/?EIO=4&transport=websocket", late.Token);
        Acks acks = new(socket);
        TaskCompletionSource<bool> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await socket.ReadAsync(late.Token);
        await socket.WriteAsync(_pid is null ? "40" : $"40{JsonSerializer.Serialize(new { pid = _pid, offset = _offset })}", late.Token);
        await FirstOfAsync(
            over,
            cancel => ReadAsync(socket, acks, connected, session, cancel),
            async cancel =>
            {
                bool recovered = await connected.Task.WaitAsync(Patience, cancel);
                if (!recovered)
                {
                    JsonElement signedIn = await acks.AskAsync("sign-in", new { name = User, password }, cancel).WaitAsync(Patience, cancel);
                    if (signedIn.ValueKind != JsonValueKind.True)
                    {
                        return;
                    }
                }

                await SendAsync(session, (id, text, stop) => SayAsync(acks, id, text, stop), cancel);
            });
    }

    private static async Task<Sent> SayAsync(Acks acks, string id, string text, CancellationToken over)
    {
        JsonElement answer = await acks.AskAsync("room-message", new { room = Running.Cast.RoomId, message = text, clientId = id }, over);
        return answer.TryGetProperty("error", out JsonElement error)
            ? new Sent(error.GetProperty("name").GetString(), error.GetProperty("retry").GetBoolean())
            : Sent.Taken(answer.GetProperty("ok"));
    }

    private async Task ReadAsync(FrameSocket socket, Acks acks, TaskCompletionSource<bool> connected, string session, CancellationToken over)
    {
        // The server pings every 25 s.
        while (await socket.ReadAsync(over).WaitAsync(TimeSpan.FromSeconds(35), over) is { } frame)
        {
            if (frame == "2")
            {
                await socket.WriteAsync("3", over);
            }
            else if (frame.StartsWith("40", StringComparison.Ordinal))
            {
                Connected(session, JsonElement.Parse(frame.AsSpan(2).ToString()), connected);
            }
            else if (frame.StartsWith("43", StringComparison.Ordinal))
            {
                acks.Answered(frame);
            }
            else if (frame.StartsWith("42", StringComparison.Ordinal))
            {
                Heard(session, JsonElement.Parse(frame[2..]));
            }
            else if (frame.StartsWith("41", StringComparison.Ordinal) || frame.StartsWith("44", StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    private void Connected(string session, JsonElement answer, TaskCompletionSource<bool> connected)
    {
        string pid = answer.GetProperty("pid").GetString()!;
        bool recovered = pid == _pid;
        if (!recovered)
        {
            (_pid, _offset) = (pid, null);

            // Whatever comes first after the name is given is the first.
            Recorder.Write(at => new Started(at, Client, session, Group, "", -1, true));
        }

        connected.TrySetResult(recovered);
    }

    private void Heard(string session, JsonElement happened)
    {
        JsonElement last = happened[happened.GetArrayLength() - 1];
        if (last.ValueKind == JsonValueKind.String && happened.GetArrayLength() > 2)
        {
            _offset = last.GetString();
        }

        if (happened[0].GetString() == "room-message" && happened[1].GetProperty("room").GetString() == Running.Cast.RoomId)
        {
            Recorder.Write(at => new Delivered(
                at, Client, session, Group, "", 0, happened[1].GetProperty("from").GetString()!, "text", null, happened[1].GetProperty("message").GetString()));
        }
    }

    /// <summary>What one connection waits for.</summary>
    private sealed class Acks(FrameSocket socket)
    {
        private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = new();
        private int _ids;

        public async Task<JsonElement> AskAsync(string name, object argument, CancellationToken cancel)
        {
            int id = Interlocked.Increment(ref _ids);
            TaskCompletionSource<JsonElement> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting[id] = answer;
            await socket.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"42{id}{JsonSerializer.Serialize(new[] { name, argument })}"), cancel);
            return await answer.Task.WaitAsync(cancel);
        }

        public void Answered(string frame)
        {
            int begins = frame.IndexOf('[', StringComparison.Ordinal);
            if (_waiting.TryRemove(int.Parse(frame.AsSpan(2, begins - 2), CultureInfo.InvariantCulture), out TaskCompletionSource<JsonElement>? answer))
            {
                answer.SetResult(JsonElement.Parse(frame[begins..])[0]);
            }
        }
    }
}
