using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>Carries out a request.</summary>
internal delegate Task<RespValue> RespHandler(RespCall call);

/// <summary>Begins a send: when the outer task is done the message is on its way, in its place among the others; the inner one is the reply.</summary>
internal delegate Task<Task<RespValue>> RespBegin(RespCall call);

/// <summary>A command of the table.</summary>
/// <param name="Name">Its name in capitals.</param>
/// <param name="Arity">How many words with the name; negative: at least so many.</param>
/// <param name="Summary">What it does, for <c>COMMAND DOCS</c>.</param>
internal sealed record RespCommand(string Name, int Arity, string Summary)
{
    /// <summary>Answers at once and touches nothing but the connection: need not wait for the sends before it.</summary>
    public Func<RespCall, RespValue>? Answer { get; init; }

    /// <summary>Runs after everything before it is done.</summary>
    public RespHandler? Run { get; init; }

    /// <summary>Runs beside the sends before it.</summary>
    public RespBegin? Begin { get; init; }

    /// <summary>Whether it may be used before <c>AUTH</c>.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether it may be used in RESP2 while listening to channels.</summary>
    public bool IsForListeners { get; init; }

    public bool Takes(int words) => Arity >= 0 ? words == Arity : words >= -Arity;
}
