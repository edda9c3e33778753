using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace OrleansChat.Client;

/// <summary>
/// A chat client that stays connected: it goes to another node when it loses one, resumes from what it has delivered, and
/// resends what was not acknowledged. The application sees each message once, in order, whatever the network does.
/// </summary>
/// <remarks>The other commands of the protocol are extension methods: <see cref="ConversationCommands"/>, <see cref="GroupCommands"/>, <see cref="PeopleCommands"/>.</remarks>
public sealed class ChatClient : IChatCalls, IAsyncDisposable
{
    private readonly ChatClientOptions _options;
    private readonly PositionBook _positions;
    private readonly Inbox _inbox;
    private readonly Outbox _outbox;
    private readonly ConnectionGate _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<NativeClose> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;
    private int _disposed;

    /// <summary>Makes a client; <see cref="ConnectAsync"/> starts it.</summary>
    public ChatClient(ChatClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(options.Addresses.Count, nameof(options));
        _options = options;
        _positions = new PositionBook(options.Positions);
        _inbox = new Inbox(_positions, options.EventCapacity);
        _outbox = new Outbox(options, _positions, _inbox);
    }

    /// <summary>What happens, in order; completes when the client has ended. Raw JSON is in <see cref="ChatEvent.Utf8"/>.</summary>
    public ChannelReader<ChatEvent> Events => _inbox.Events;

    /// <summary>Who the client is; null before the first connection.</summary>
    public string? User { get; private set; }

    /// <summary>Completes, never fails, when the client has ended: disposed, or told by the server not to come back.</summary>
    public Task<NativeClose> Closed => _closed.Task;

    /// <summary>How far each conversation was handed to <see cref="Events"/>. Kept and given to <see cref="ChatClientOptions.Positions"/>, a later run goes on from there.</summary>
    public IReadOnlyDictionary<string, ChatPosition> Positions => _positions.Snapshot();

    /// <summary>Connects, trying one address after the other, and syncs.</summary>
    /// <param name="cancel">Gives up and ends the client.</param>
    /// <exception cref="ChatClosedException">The server refuses this client, for example its token; or, where <see cref="NativeClose.MayReconnect"/>, <see cref="ChatClientOptions.FirstAttempts"/> have failed.</exception>
    public async Task<Hello> ConnectAsync(CancellationToken cancel = default)
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _ = Task.Run(RunAsync, CancellationToken.None);
        }

        try
        {
            var connection = await _gate.Connection.WaitAsync(cancel).ConfigureAwait(false);
            var hello = await connection.Hello.ConfigureAwait(false);
            User = hello.User;
            return hello;
        }
        catch (OperationCanceledException)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends a text and waits until it is stored, over as many connections as that takes.</summary>
    /// <param name="conversation">The conversation's id, or a person's name, which opens the direct conversation.</param>
    /// <param name="text">The text.</param>
    /// <param name="clientId">The own id of the message; one is made if there is none.</param>
    /// <param name="replyTo">The number of the message that this one answers.</param>
    /// <param name="cancel">Gives up waiting. A message that went out already may still be stored.</param>
    /// <exception cref="ChatException">The server refused the message.</exception>
    /// <exception cref="OutboxFullException">Too many sends wait already.</exception>
    public Task<SendAck> SendAsync(
        string conversation, string text, string? clientId = null, long? replyTo = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var isId = conversation.Contains(':', StringComparison.Ordinal);
        return SendAsync(
            new OutgoingMessage
            {
                Conversation = isId ? conversation : null,
                To = isId ? null : conversation,
                Text = text,
                ClientId = clientId,
                ReplyTo = replyTo,
            },
            cancel);
    }

    /// <summary>Sends a message and waits until it is stored, over as many connections as that takes.</summary>
    /// <param name="message">The message; <see cref="OutgoingMessage.Echo"/> is ignored, the client counts by its own echoes.</param>
    /// <param name="cancel">Gives up waiting. A message that went out already may still be stored.</param>
    /// <exception cref="ChatException">The server refused the message.</exception>
    /// <exception cref="OutboxFullException">Too many sends wait already.</exception>
    public Task<SendAck> SendAsync(OutgoingMessage message, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var lane = message.Conversation ?? DirectWith(message.To ?? throw new ArgumentException("Neither a conversation nor a person is named.", nameof(message)));
        return _outbox.SendAsync(lane, message with { ClientId = message.ClientId ?? _options.NewClientId(), Echo = null }, cancel);
    }

    /// <inheritdoc/>
    /// <remarks>Waits for a connection if there is none. A command is sent once: if its connection ends before the answer, that is thrown.</remarks>
    public async Task<NativeReply> CallAsync(string command, Action<Utf8JsonWriter>? parameters, CancellationToken cancel = default)
    {
        using var late = new CancellationTokenSource(_options.CallTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            var connection = await _gate.Connection.WaitAsync(either.Token).ConfigureAwait(false);
            return await connection.CallAsync(command, parameters, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException timeout) when (!cancel.IsCancellationRequested)
        {
            throw ChatException.Unavailable($"No answer to {command} in time.", timeout);
        }
    }

    /// <summary>Sends a command with the properties of any object, for example an anonymous one, and returns the value of <c>ok</c>.</summary>
    /// <exception cref="ChatException">The server refused, or there was no answer.</exception>
    public async Task<JsonElement> CallAsync(string command, object? parameters = null, CancellationToken cancel = default)
        => (await CallAsync(command, CommandEncoder.PropertiesOf(parameters), cancel).ConfigureAwait(false)).Ok();

    /// <summary>Closes the connection and ends the client; sends that wait fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await Closed.ConfigureAwait(false);
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            End(new NativeClose((int)WebSocketCloseStatus.NormalClosure, "The client was disposed."), null);
        }

        await Closed.ConfigureAwait(false);
        _outbox.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var loop = new ConnectionLoop(_options, _positions, _inbox, _outbox, _gate);
        try
        {
            var close = await loop.RunAsync(_stop.Token).ConfigureAwait(false);
            End(close, _stop.IsCancellationRequested ? null : new ChatClosedException(close));
        }
        catch (Exception unexpected)
        {
            // A fault here would otherwise leave every waiter waiting.
            var close = new NativeClose(NativeClose.Broken, unexpected.Message, unexpected);
            End(close, new ChatClosedException(close));
            throw;
        }
    }

    private void End(NativeClose close, Exception? error)
    {
        var reason = error ?? new ChatClosedException(close);
        _outbox.End(reason);
        _gate.End(reason);
        _inbox.Complete(error);
        _closed.TrySetResult(close);
    }

    /// <summary>The id of the direct conversation with a person, so that sends by name and by id keep one order.</summary>
    private string DirectWith(string peer)
    {
#pragma warning disable CA1308 // Names are lower case on the wire.
        var name = peer.ToLowerInvariant();
#pragma warning restore CA1308
        return User is not { } me ? name
            : string.CompareOrdinal(me, name) <= 0 ? $"dm:{me}:{name}" : $"dm:{name}:{me}";
    }
}
