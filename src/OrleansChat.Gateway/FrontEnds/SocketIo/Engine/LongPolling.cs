using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>The polling transport: GET fetches what the server has to say, POST brings what the client has.</summary>
internal static class LongPolling
{
    public static Task ServeAsync(HttpContext context, EngineSocket session, int maxPayload) =>
        HttpMethods.IsGet(context.Request.Method) ? GetAsync(context, session)
        : HttpMethods.IsPost(context.Request.Method) ? PostAsync(context, session, maxPayload)
        : context.RefuseAsync(EngineRefusal.BadRequest);

    private static async Task GetAsync(HttpContext context, EngineSocket session)
    {
        if (await session.PollAsync(context.RequestAborted) is not { } packets)
        {
            await context.RefuseAsync(EngineRefusal.BadRequest);
            return;
        }

        var payload = new ArrayBufferWriter<byte>(256);
        EnginePayload.Write(packets, payload);
        try
        {
            await context.AnswerAsync("text/plain; charset=UTF-8", payload.WrittenMemory);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The packets are lost, so the session is: the client comes back and recovers.
            session.Close(EngineCloseReason.Broken);
        }
    }

    private static async Task PostAsync(HttpContext context, EngineSocket session, int maxPayload)
    {
        if (!session.TryBeginPost())
        {
            await context.RefuseAsync(EngineRefusal.BadRequest);
            return;
        }

        byte[] buffer = [];
        EngineRefusal? refusal;
        try
        {
            int length;
            (buffer, length) = await ReadAsync(context, maxPayload);
            refusal = length < 0 ? EngineRefusal.TooLarge
                : await ReceiveAsync(session, buffer.AsMemory(0, length)) ? null
                : EngineRefusal.BadRequest;
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            session.Close(EngineCloseReason.Broken);
            return;
        }
        finally
        {
            // Before the answer: whoever has it may go on by WebSocket.
            session.EndPost();
            if (buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        await AnswerPostAsync(context, session, refusal);
    }

    private static async Task AnswerPostAsync(HttpContext context, EngineSocket session, EngineRefusal? refusal)
    {
        try
        {
            if (refusal is null)
            {
                await context.AnswerAsync("text/html", "ok"u8.ToArray());
                return;
            }

            session.Close(EngineCloseReason.ProtocolError);
            await context.RefuseAsync(refusal);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            session.Close(EngineCloseReason.Broken);
        }
    }

    private static async ValueTask<bool> ReceiveAsync(EngineSocket session, ReadOnlyMemory<byte> body)
    {
        try
        {
            do
            {
                if (EnginePayload.TryRead(ref body, complete: true, out EnginePacket packet) != EnginePayloadStatus.Packet
                    || !await session.ReceiveAsync(packet))
                {
                    return false;
                }
            }
            while (!body.IsEmpty);
            return true;
        }
        finally
        {
            session.ReceivedTogether();
        }
    }

    // The length is -1 when the body is larger than permitted.
    private static async Task<(byte[] Buffer, int Length)> ReadAsync(HttpContext context, int most)
    {
        if (context.Request.ContentLength > most)
        {
            return ([], -1);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most + 1L;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)(context.Request.ContentLength ?? 1024) + 1);
        int length = 0;
        int read;
        while (length <= most && (read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted)) > 0)
        {
            length += read;
            if (length == buffer.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }

        return (buffer, length > most ? -1 : length);
    }
}
