using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>What the address of a request asks for.</summary>
/// <param name="Transport">The transport named.</param>
/// <param name="Sid">The session named; null to open one.</param>
/// <param name="Refusal">Why the request makes no sense; null when it does.</param>
internal readonly record struct EngineRequest(EngineTransport Transport, string? Sid, EngineRefusal? Refusal)
{
    public static EngineRequest Read(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        string sid = query["sid"].ToString();
        if (query["EIO"].ToString() != "4")
        {
            return Refused(EngineRefusal.UnsupportedVersion);
        }

        bool webSocket = context.WebSockets.IsWebSocketRequest;
        return query["transport"].ToString() switch
        {
            "websocket" when webSocket => new EngineRequest(EngineTransport.WebSocket, sid.Length > 0 ? sid : null, null),
            "polling" when !webSocket => new EngineRequest(EngineTransport.Polling, sid.Length > 0 ? sid : null, null),
            "polling" or "websocket" => Refused(EngineRefusal.BadRequest),
            _ => Refused(EngineRefusal.UnknownTransport),
        };
    }

    private static EngineRequest Refused(EngineRefusal refusal) => new(EngineTransport.Polling, null, refusal);
}
