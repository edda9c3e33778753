using System.Buffers.Text;
using System.Text;
using OrleansChat.Conversations;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Pipelines;

namespace OrleansChat.Redis.Conversations;

/// <summary>One run of <c>append.lua</c> over a <see cref="RedisPipeline"/>: the step as it stands there, without anything in between.</summary>
internal sealed class AppendCall(RedisScript script, AppendStep step) : ScriptCall(script)
{
    private const int Keys = 7;
    private const int LongestEpoch = 64;
    private const int MostValues = AppendAnswer.Head + (AppendAnswer.PerSend * AppendBatch.MaxSends);

    /// <summary>The answer, once there is one.</summary>
    public AppendAnswer Answer { get; private set; }

    public override void Write(RespBuffer to)
    {
        WriteHead(to, Keys, step.ArgumentCount);
        string id = step.Conversation;
        to.ConversationKey(id, "meta"u8);
        to.ConversationKey(id, "log"u8);
        to.ConversationKey(id, "members"u8);
        to.ConversationKey(id, "ids:0"u8);
        to.ConversationKey(id, "ids:1"u8);
        to.ConversationKey(id, "read"u8);
        to.ConversationKey(id, "bans"u8);
        var words = new Words(to);
        step.Write(ref words);
    }

    public override bool TryRead(ref RespReader from)
    {
        if (!from.TryList(MostValues, out int values)
            || !from.TryText(LongestEpoch, out ReadOnlySpan<byte> epoch)
            || !from.TryNumber(out long last))
        {
            return false;
        }

        // The epoch hardly ever changes: the text that is known already will do.
        string known = step.Known?.Epoch ?? string.Empty;
        string text = Ascii.Equals(epoch, known) ? known : Encoding.UTF8.GetString(epoch);
        switch (values)
        {
            case AppendAnswer.Head:
                Answer = new AppendAnswer(text, last, 0, 0, []);
                return true;
            case AppendAnswer.AllAppended:
                if (!from.TryNumber(out long first) || !from.TryNumber(out long at))
                {
                    return false;
                }

                Answer = new AppendAnswer(text, last, first, at, null);
                return true;
        }

        if (values != AppendAnswer.Head + (AppendAnswer.PerSend * step.Sends.Count))
        {
            throw new RespException("The answer to an append has another length than expected.");
        }

        var each = new long[values - AppendAnswer.Head];
        for (int i = 0; i < each.Length; i++)
        {
            if (!from.TryNumber(out each[i]))
            {
                return false;
            }
        }

        Answer = new AppendAnswer(text, last, 0, 0, each);
        return true;
    }

    private readonly struct Words(RespBuffer to) : IAppendArguments
    {
        public void Text(string value) => to.Text(value);

        public void Number(long value) => to.Number(value);

        public void Bytes(ReadOnlyMemory<byte> value) => to.Bytes(value.Span);

        public void Actor(Actor actor) => to.Text(actor.User, IncarnationOf(actor), null, ' ');

        public void Field(Actor actor, string clientId) => to.Text(actor.User, IncarnationOf(actor), clientId, ' ');

        public void Hash(ulong hash, long? after)
        {
            Span<byte> text = stackalloc byte[40];
            Utf8Formatter.TryFormat(hash, text, out int length, 'x');
            if (after is { } number)
            {
                text[length++] = (byte)'@';
                Utf8Formatter.TryFormat(number, text[length..], out int digits);
                length += digits;
            }

            to.Bytes(text[..length]);
        }

        private static string? IncarnationOf(Actor actor) => actor.Incarnation.Length == 0 ? null : actor.Incarnation;
    }
}
