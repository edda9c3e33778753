using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Resp.Feeds;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>Sending: <c>IM.SEND</c>, <c>IM.GSEND</c>. Sends of a pipeline run beside each other; those of one conversation keep their order.</summary>
internal sealed class ImSends : IDisposable
{
    /// <summary>
    /// Sends of this door on their way at a time. Fewer than one conversation holds unanswered: a back end that sends faster than storage
    /// takes it waits, and is not refused.
    /// </summary>
    private const int MaxSending = 2048;

    private readonly SemaphoreSlim _places;
    private readonly People _people;
    private readonly MessageSender _sender;
    private readonly ChatLimits _limits;

    public ImSends(People people, MessageSender sender, GatewayOptions options)
    {
        _people = people;
        _sender = sender;
        _limits = options.Limits;
        _places = new SemaphoreSlim(Math.Min(MaxSending, Math.Max(1, _limits.PendingSends / 2)));
        Table =
        [
            new("IM.SEND", -5, "Sends a direct message") { Begin = BeginDirectAsync },
            new("IM.GSEND", -5, "Sends a message to a group") { Begin = BeginGroupAsync },
        ];
    }

    public IReadOnlyList<RespCommand> Table { get; }

    public void Dispose() => _places.Dispose();

    private async Task<Task<RespValue>> BeginDirectAsync(RespCall call)
    {
        string from = call.User(1);
        string to = call.User(2);
        byte[] content = Content(call);
        if (from == to)
        {
            throw new RespRefusedException("ERR There is no conversation with oneself.");
        }

        Actor actor = await _people.EnsureAsync(from);
        await _people.EnsureAsync(to);
        await _places.WaitAsync(call.Closed);
        return SendAsync(actor, ConversationId.Direct(from, to), content);
    }

    private async Task<Task<RespValue>> BeginGroupAsync(RespCall call)
    {
        string from = call.User(1);
        ConversationId group = ConversationId.Group(call.Group(2));
        byte[] content = Content(call);
        Actor actor = await _people.EnsureAsync(from);
        await _places.WaitAsync(call.Closed);
        return SendAsync(actor, group, content);
    }

    private async Task<RespValue> SendAsync(Actor actor, ConversationId conversation, byte[] content)
    {
        try
        {
            SendReply reply = await _sender.SendAsync(
                People.Caller(actor), new OutgoingMessage(conversation, Ids.NewUnguessable(), content, null, Echo: true));
            if (reply.Error is not { } error)
            {
                return RespValue.Bulk(string.Create(CultureInfo.InvariantCulture, $"{reply.At}-{reply.Seq}"));
            }

            if (error.Code == ChatError.NoSuchUser.Code && conversation.TryGetPair(out string? one, out string? other))
            {
                _people.Forget(one);
                _people.Forget(other);
            }

            return RespError.Of(error);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>The field <c>text</c> is the text; the others travel in <c>data</c>. Who and where is never the sender's to say.</summary>
    private byte[] Content(RespCall call)
    {
        RespFields fields = call.Fields(3);
        string? text = fields.Take("text");
        if (fields["action"] is not null)
        {
            throw new RespRefusedException("ERR the field 'action' is reserved");
        }

        var rest = fields.All.Where(field => !MessageFields.IsIdentity(field.Key)).ToArray();
        if (text is null && rest.Length == 0)
        {
            throw new RespRefusedException("ERR the message is empty");
        }

        using JsonDocument? data = rest.Length == 0 ? null : Data(rest);
        Result<byte[]> content = MessageContent.Build(text, null, null, data?.RootElement, _limits);
        return content.IsOk ? content.Value
            : content.Error.Code == ChatError.BadRequest.Code ? throw new RespRefusedException("ERR the message is empty")
            : throw new RespRefusedException($"TOOLARGE {content.Error.Message}");
    }

    private static JsonDocument Data(KeyValuePair<string, string>[] fields)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach ((string name, string value) in fields)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return JsonDocument.Parse(json.WrittenMemory);
    }
}
