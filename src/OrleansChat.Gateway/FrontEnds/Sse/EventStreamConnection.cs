using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.FrontEnds.Sse;

/// <summary>One stream of events: finds out what the client missed, then writes the session's queue until either side ends.</summary>
internal sealed class EventStreamConnection(EventStream door, ChatSession session, HttpContext http)
{
    private const int WriteBatch = 32 * 1024;

    private static readonly object Format = new();

    /// <summary>Proxies close what is silent for longer; and a client that vanished is noticed.</summary>
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15);

    /// <summary>How long a client that is being closed gets to read what is on its way.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private readonly StreamPositions _positions = new();
    private readonly TaskCompletionSource _ended = new();

    private PipeWriter Output => http.Response.BodyWriter;

    public async Task RunAsync()
    {
        using OpenConnection counted = ChatMetrics.Connected("events");
        await using CancellationTokenRegistration gone = http.RequestAborted.UnsafeRegister(
            static state => ((ChatSession)state!).Close(CloseReason.Gone), session);
        try
        {
            CommandResult synced = await SyncAsync();
            if (synced.Error is { } error)
            {
                await RestProblem.WriteAsync(http.Response, error);
                return;
            }

            await BeginAsync(synced);
            await WriteAsync();
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The client is gone: it resumes by the last id that it got.
        }
        finally
        {
            _ended.SetResult();
            await door.Sessions.EndAsync(session);
        }
    }

    private async Task<CommandResult> SyncAsync()
    {
        IReadOnlyDictionary<string, KnownPosition> known;
        try
        {
            known = await KnownAsync();
        }
        catch (StorageUnavailableException)
        {
            return ChatError.Unavailable;
        }

        CommandResult synced = await door.Commands.ExecuteAsync(session.Caller, "sync", Positions(known));
        if (synced.Error is null)
        {
            JsonElement answer = JsonElement.Parse(synced.Ok.Span);
            JsonElement recovered = answer.GetProperty("recovered");

            // The newest comes first there, and must be the last to go from a full list.
            foreach (JsonElement summary in answer.GetProperty("conversations").EnumerateArray().Reverse())
            {
                string conversation = summary.GetProperty("conversation").GetString()!;
                bool resumes = recovered.TryGetProperty(conversation, out JsonElement yes) && yes.GetBoolean();
                _positions.Set(
                    conversation, summary.GetProperty("epoch").GetString()!, resumes ? known[conversation].Seq : summary.GetProperty("last").GetInt64());
            }
        }

        return synced;
    }

    private async Task<IReadOnlyDictionary<string, KnownPosition>> KnownAsync()
    {
        string last = http.Request.Headers["Last-Event-ID"].ToString();
        return ResumePosition.Read(last) is { } position
            ? StreamPositions.Known(position, (await door.Directory.ConversationsAsync(session.User)).Keys)
            : new Dictionary<string, KnownPosition>();
    }

    private static JsonElement Positions(IReadOnlyDictionary<string, KnownPosition> known)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("positions");
            foreach ((string conversation, KnownPosition position) in known)
            {
                writer.WriteStartObject(conversation);
                writer.WriteString("epoch", position.Epoch);
                writer.WriteNumber("seq", position.Seq);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private async Task BeginAsync(CommandResult synced)
    {
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        Output.Write("retry: 1000\n\n"u8);
        Put(ChatEvents.Hello(session, door.Options.Limits));

        // No event has this name: it is the answer to what a client says by Last-Event-ID.
        Output.Write("event: sync\ndata: "u8);
        Output.Write(synced.Ok.Span);
        Output.Write("\n"u8);
        PutId();
        await Output.FlushAsync(http.RequestAborted);
        session.Conversations.ReplySent();
    }

    private async Task WriteAsync()
    {
        await using CancellationTokenRegistration closing = session.Closed.UnsafeRegister(
            static state => ((EventStreamConnection)state!).CutLater(), this);
        var items = new List<OutboundItem>();
        while (await NextAsync())
        {
            session.Queue.Take(items, WriteBatch);
            foreach (OutboundItem item in items)
            {
                Put(item.Event!);
            }

            items.Clear();
            await Output.FlushAsync(http.RequestAborted);
        }

        if (session.Reason is { } reason && reason != CloseReason.Gone)
        {
            Put(ChatEvents.Bye(reason, session.ReturnAfter));
            await Output.FlushAsync(http.RequestAborted);
        }
    }

    /// <summary>Waits for something to send; tells the client now and then that the stream lives.</summary>
    private async Task<bool> NextAsync()
    {
        ValueTask<bool> next = session.Queue.WaitAsync();
        if (next.IsCompleted)
        {
            return await next;
        }

        Task<bool> waiting = next.AsTask();
        while (true)
        {
            using var beat = new CancellationTokenSource();
            if (await Task.WhenAny(waiting, Task.Delay(HeartbeatEvery, door.Time, beat.Token)) == waiting)
            {
                await beat.CancelAsync();
                return await waiting;
            }

            Output.Write(":\n\n"u8);
            await Output.FlushAsync(http.RequestAborted);
        }
    }

    private void Put(ChatEvent chatEvent)
    {
        Output.Write(chatEvent.As(Format, Fields));
        if (_positions.Note(chatEvent))
        {
            PutId();
        }
        else
        {
            Output.Write("\n"u8);
        }
    }

    private void PutId() => Output.Write(Encoding.ASCII.GetBytes($"id: {_positions.Id}\n\n"));

    private static byte[] Fields(ChatEvent chatEvent) =>
        [.. "event: "u8, .. Encoding.ASCII.GetBytes(chatEvent.Name), .. "\ndata: "u8, .. chatEvent.Json, (byte)'\n'];

    // A client that does not read blocks the last write too.
    private void CutLater() => _ = CutLaterAsync();

    private async Task CutLaterAsync()
    {
        await Task.WhenAny(Task.Delay(ClosePatience, door.Time), _ended.Task);

        // Once the request has ended its context may belong to another one.
        if (!_ended.Task.IsCompleted)
        {
            http.Abort();
        }
    }
}
