using System.Buffers;
using System.IO.Pipelines;
using OrleansChat.Protocols.Resp;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>
/// One connection: a loop that reads requests and carries them out in order, and a loop that writes the replies in the same order. Sends of one
/// pipeline overlap. A client that does not read its replies is not asked for more requests.
/// </summary>
internal sealed partial class RespConnection(
    RespDoor door, RespClient client, IDuplexPipe pipe, CancellationTokenSource closing, CancellationToken gone)
{
    private readonly RespRequestReader _requests = new(client.IsAuthenticated ? door.Limits : RespLimits.BeforeAuthentication);
    private readonly RespReplyQueue _replies = new(pipe.Output, door.Time);
    private readonly List<Task> _sends = [];

    public async Task RunAsync()
    {
        using OpenConnection counted = ChatMetrics.Connected("resp");
        Task writing = WriteAsync();
        try
        {
            await ReadAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The connection broke, or the server stops: what the client missed is in the logs.
        }
        finally
        {
            _replies.Complete();
            await writing;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await _replies.WriteAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or TimeoutException)
        {
            // Nobody reads: nothing more is carried out for this client.
            await closing.CancelAsync();
        }
    }

    private async Task ReadAsync()
    {
        while (!client.IsLeaving)
        {
            ReadResult read = await pipe.Input.ReadAsync(closing.Token);
            ReadOnlySequence<byte> buffer = read.Buffer;
            try
            {
                if (!await DispatchAsync(buffer, rest => buffer = rest) || (read.IsCompleted && !client.IsLeaving))
                {
                    return;
                }
            }
            finally
            {
                pipe.Input.AdvanceTo(buffer.Start, buffer.End);
            }
        }
    }

    /// <summary>Carries out every whole request of the input. False when what follows is no request.</summary>
    private async Task<bool> DispatchAsync(ReadOnlySequence<byte> buffer, Action<ReadOnlySequence<byte>> took)
    {
        while (!client.IsLeaving)
        {
            RespStatus status = _requests.Read(ref buffer, out byte[][] words);
            took(buffer);
            if (status == RespStatus.Error)
            {
                await _replies.AddAsync(RespValue.Error($"ERR Protocol error: {_requests.Error}"), client.Version, closing.Token);
                return false;
            }

            if (status == RespStatus.More)
            {
                return true;
            }

            await CarryOutAsync(new RespCall(client, words, closing.Token, gone));
        }

        return true;
    }

    private async Task CarryOutAsync(RespCall call)
    {
        (RespCommand? command, RespValue? refusal) = door.Commands.Find(call);
        RespReplies before = client.Replies;
        Task<RespValue> reply;
        if (command is null && StrayHttp.Is(call.Name, call.Word(call.Count - 1)))
        {
            LogStray(door.Logger, client.Address);
            client.IsLeaving = true;
            return;
        }

        if (command is null)
        {
            reply = Task.FromResult(refusal!);
        }
        else
        {
            client.LastCommand = command.Name.ToLowerInvariant();
            reply = command switch
            {
                { Answer: { } answer } => GuardAsync(command, () => Task.FromResult(answer(call))),
                { Begin: { } begin } => await BeginAsync(command, begin, call),
                _ => await RunAsync(command, call),
            };
            _requests.Use(client.IsAuthenticated ? door.Limits : RespLimits.BeforeAuthentication);
        }

        if (before == RespReplies.SkipNext && client.Replies == RespReplies.SkipNext)
        {
            client.Replies = RespReplies.On;
        }
        else if (before == RespReplies.On || client.Replies == RespReplies.On)
        {
            await _replies.AddAsync(reply, client.Version, closing.Token);
        }
    }

    // What comes after sends sees what they did.
    private async Task<Task<RespValue>> RunAsync(RespCommand command, RespCall call)
    {
        await Task.WhenAll(_sends);
        _sends.Clear();
        return Task.FromResult(await GuardAsync(command, () => command.Run!(call)));
    }

    private async Task<Task<RespValue>> BeginAsync(RespCommand command, RespBegin begin, RespCall call)
    {
        Task<RespValue>? sending = null;
        RespValue? refusal = await GuardAsync(command, async () =>
        {
            sending = await begin(call);
            return RespValue.Ok;
        });
        if (sending is null)
        {
            return Task.FromResult(refusal);
        }

        Task<RespValue> guarded = GuardAsync(command, () => sending);
        if (_sends.Count >= RespReplyQueue.Most)
        {
            _sends.RemoveAll(static send => send.IsCompleted);
        }

        _sends.Add(guarded);
        return guarded;
    }

    private async Task<RespValue> GuardAsync(RespCommand command, Func<Task<RespValue>> work)
    {
        try
        {
            return await work();
        }
        catch (RespRefusedException refused)
        {
            return RespValue.Error(refused.Message);
        }
        catch (Exception failure) when (failure is StorageUnavailableException or TimeoutException)
        {
            return RespError.Of(ChatError.Unavailable);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // One command's fault must not end the connection; it is logged, and the client hears that it was ours.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(door.Logger, failure, command.Name);
            return RespError.Of(ChatError.Internal);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Something at {Address} speaks HTTP to the RESP door, perhaps a page in a browser: cut off")]
    private static partial void LogStray(ILogger logger, System.Net.EndPoint? address);

    [LoggerMessage(Level = LogLevel.Error, Message = "The command {Command} failed")]
    private static partial void LogFailed(ILogger logger, Exception failure, string command);
}
