using System.Globalization;
using OrleansChat.Conversations;
using StackExchange.Redis;

namespace OrleansChat.Redis.Conversations;

/// <summary>Takes the arguments of <c>append.lua</c> one after the other.</summary>
internal interface IAppendArguments
{
    void Text(string value);

    void Number(long value);

    void Bytes(ReadOnlyMemory<byte> value);

    /// <summary>The user, and for a guest a space and the incarnation.</summary>
    void Actor(Actor actor);

    /// <summary>What a send is recognised by: the actor, a space, the client id.</summary>
    void Field(Actor actor, string clientId);

    /// <summary>The hash in hexadecimal digits, and on a resend <c>@after</c>.</summary>
    void Hash(ulong hash, long? after);
}

/// <summary>The sends of one call of <c>append.lua</c> and what goes with them, in one place for both ways to Redis.</summary>
internal sealed class AppendStep
{
    private const int FixedArguments = 11;
    private const int ArgumentsPerSend = 3;
    private const int FurtherArguments = 2;

    private readonly string _fresh = Ids.NewEpoch();
    private readonly IReadOnlyList<NewMember>? _create;
    private readonly string _one;
    private readonly string _other;
    private readonly string? _trace;
    private readonly int _perSecond;
    private readonly bool _oneActor;

    public AppendStep(AppendBatch batch, IReadOnlyList<SendRequest> sends, ChatLimits limits, string? trace)
    {
        bool direct = batch.Conversation.TryGetPair(out string? one, out string? other);
        Conversation = batch.Conversation.Value;
        Known = batch.Known;
        Sends = sends;
        _create = batch.Create;
        _one = one ?? string.Empty;
        _other = other ?? string.Empty;
        _trace = trace;
        _perSecond = direct ? 0 : limits.GroupMessagesPerSecond;
        _oneActor = HaveOneActor(sends);
    }

    public string Conversation { get; }

    public KnownPosition? Known { get; }

    public IReadOnlyList<SendRequest> Sends { get; }

    public int ArgumentCount =>
        FixedArguments + ((_oneActor ? ArgumentsPerSend : ArgumentsPerSend + 1) * Sends.Count) + (HasMore ? FurtherArguments : 0);

    private bool HasMore => _perSecond > 0 || _trace is not null;

    public void Write<T>(ref T to)
        where T : struct, IAppendArguments
    {
        to.Text(Conversation);
        to.Text(Known?.Epoch ?? string.Empty);
        to.Number(Known?.Seq ?? 0);
        to.Text(_fresh);
        to.Text(CommonOrigin());
        to.Text(_one);
        to.Text(_other);
        to.Text(Letters());
        to.Text(IncarnationOf(_one));
        to.Text(IncarnationOf(_other));
        if (_oneActor)
        {
            to.Actor(Sends[0].Actor);
        }
        else
        {
            to.Text(string.Empty);
        }

        for (int i = 0; i < Sends.Count; i++)
        {
            SendRequest send = Sends[i];
            to.Field(send.Actor, send.ClientId);
            to.Hash(send.ContentHash, send.After);
            to.Bytes(send.Tail);
            if (!_oneActor)
            {
                to.Actor(send.Actor);
            }
        }

        if (HasMore)
        {
            to.Number(_perSecond);
            to.Text(_trace ?? "-");
        }
    }

    /// <summary>The arguments for the client library.</summary>
    public RedisValue[] ToValues()
    {
        var values = new Values(new RedisValue[ArgumentCount]);
        Write(ref values);
        return values.All;
    }

    // Most batches are one person's: then the script is told once who it is.
    private static bool HaveOneActor(IReadOnlyList<SendRequest> sends)
    {
        Actor first = sends[0].Actor;
        for (int i = 1; i < sends.Count; i++)
        {
            Actor actor = sends[i].Actor;
            if (!string.Equals(actor.User, first.User, StringComparison.Ordinal)
                || !string.Equals(actor.Incarnation, first.Incarnation, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private string Letters()
    {
        bool resends = false;
        for (int i = 0; i < Sends.Count && !resends; i++)
        {
            resends = Sends[i].After is not null;
        }

        return (_create is not null, resends) switch
        {
            (true, true) => "cr",
            (true, false) => "c",
            (false, true) => "r",
            _ => string.Empty,
        };
    }

    // Sends of several gateways in one batch are announced to all of them: each drops what it delivered itself.
    private string CommonOrigin()
    {
        string origin = Sends[0].Actor.Node;
        for (int i = 1; i < Sends.Count; i++)
        {
            if (!string.Equals(Sends[i].Actor.Node, origin, StringComparison.Ordinal))
            {
                return string.Empty;
            }
        }

        return origin;
    }

    private string IncarnationOf(string user) =>
        _create?.FirstOrDefault(member => member.User == user)?.Incarnation ?? string.Empty;

    private struct Values(RedisValue[] all) : IAppendArguments
    {
        private int _count;

        public readonly RedisValue[] All => all;

        public void Text(string value) => all[_count++] = value;

        public void Number(long value) => all[_count++] = value;

        public void Bytes(ReadOnlyMemory<byte> value) => all[_count++] = RedisMessageLog.Bytes(value);

        public void Actor(Actor actor) => Text(NameOf(actor));

        public void Field(Actor actor, string clientId) => Text($"{NameOf(actor)} {clientId}");

        public void Hash(ulong hash, long? after) => Text(
            after is { } number
                ? string.Create(CultureInfo.InvariantCulture, $"{hash:x}@{number}")
                : hash.ToString("x", CultureInfo.InvariantCulture));

        private static string NameOf(Actor actor) => actor.Incarnation.Length == 0 ? actor.User : $"{actor.User} {actor.Incarnation}";
    }
}
