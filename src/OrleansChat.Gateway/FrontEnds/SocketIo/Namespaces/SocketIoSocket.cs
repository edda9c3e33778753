using System.Security.Cryptography;
using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.SocketIo.Engine;
using OrleansChat.Protocols.EngineIo;
using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;

/// <summary>One client in one namespace, as the namespace sees it.</summary>
internal sealed class SocketIoSocket(EngineSocket engine, string name)
{
    private const int MaxUnanswered = 64;
    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private Dictionary<long, TaskCompletionSource<JsonElement>>? _asked;
    private long _lastAsked = -1;

    /// <summary>The socket's id, which the client sees.</summary>
    public string Id { get; } = RandomNumberGenerator.GetString(IdAlphabet, 20);

    public string Namespace { get; } = name;

    /// <summary>Where the client is.</summary>
    public System.Net.IPAddress? Address => engine.Address;

    /// <summary>Whether nothing reaches the client any more.</summary>
    public bool IsClosed => engine.IsClosed;

    /// <summary>Tells the client that it is in.</summary>
    /// <param name="pid">The secret to come back with; null when it cannot come back.</param>
    public void Accept(string? pid = null) => Send(SocketIoEncoder.Connected(Namespace, Id, pid));

    /// <summary>Tells the client that it is not let in. The words need no escaping.</summary>
    public void Refuse(string words) => Send(SocketIoEncoder.Refused(Namespace, words));

    /// <summary>Sends the text of a packet.</summary>
    public void Send(ReadOnlyMemory<byte> text) => engine.Send(EnginePacket.Text(text));

    /// <summary>Sends packets that go out together: see <see cref="EngineSocket.Send(List{EnginePacket})"/>.</summary>
    public void Send(List<EnginePacket> packets) => engine.Send(packets);

    /// <summary>Sends a packet with its attachments.</summary>
    public void Send(SocketIoPacket packet)
    {
        Send(SocketIoEncoder.Encode(packet));
        foreach (ReadOnlyMemory<byte> attachment in packet.Attachments)
        {
            engine.Send(EnginePacket.Binary(attachment));
        }
    }

    /// <summary>Sends an event and waits for the client's answer: a JSON array.</summary>
    /// <exception cref="OperationCanceledException">No answer came in time.</exception>
    /// <exception cref="InvalidOperationException">Too many answers are waited for.</exception>
    public async Task<JsonElement> AskAsync(ReadOnlyMemory<byte> arguments, CancellationToken patience)
    {
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        long id = Interlocked.Increment(ref _lastAsked);
        Dictionary<long, TaskCompletionSource<JsonElement>> asked = LazyInitializer.EnsureInitialized(ref _asked);
        lock (asked)
        {
            if (asked.Count >= MaxUnanswered)
            {
                throw new InvalidOperationException("The client has not answered what it was asked before.");
            }

            asked.Add(id, answer);
        }

        try
        {
            Send(new SocketIoPacket(SocketIoPacketType.Event, Namespace, id, arguments));
            return await answer.Task.WaitAsync(patience);
        }
        finally
        {
            lock (asked)
            {
                asked.Remove(id);
            }
        }
    }

    /// <summary>Completes when a transport has taken everything that was sent, or nothing can be sent any more.</summary>
    public Task DrainedAsync() => engine.DrainedAsync();

    /// <summary>Puts the client out of the namespace for good: it will not come back by itself.</summary>
    public void Disconnect()
    {
        Send(new SocketIoPacket(SocketIoPacketType.Disconnect, Namespace));
        _ = CloseWhenDrainedAsync();
    }

    /// <summary>Ends the connection; the client comes back by itself.</summary>
    public void Drop() => engine.Close(EngineCloseReason.ByServer);

    /// <summary>The client's answer to something it was asked; one that nobody waits for any more is dropped.</summary>
    public void Answered(long id, ReadOnlySpan<byte> arguments)
    {
        if (_asked is not { } asked)
        {
            return;
        }

        lock (asked)
        {
            if (asked.TryGetValue(id, out TaskCompletionSource<JsonElement>? answer))
            {
                answer.TrySetResult(JsonElement.Parse(arguments));
            }
        }
    }

    private async Task CloseWhenDrainedAsync()
    {
        await DrainedAsync();
        Drop();
    }
}
