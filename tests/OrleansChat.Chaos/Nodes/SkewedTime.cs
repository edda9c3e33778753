namespace OrleansChat.Chaos.Nodes;

/// <summary>A clock that can be set, as an operator or a broken time server sets one: what time it is jumps, what time passes does not.</summary>
internal sealed class SkewedTime(NodeBoard board) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + board.Clock;
}
