using System.IO.Pipelines;
using OrleansChat.Gateway.FrontEnds.Native;
using OrleansChat.Gateway.Tests.Simulation;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Native;

/// <summary>Who is silent is asked, then cut off. Time is virtual.</summary>
public sealed class NativeKeepAliveTests : IDisposable
{
    private static readonly byte[] MaskedText = [0x81, 0x81, 0, 0, 0, 0, (byte)'x'];

    private readonly VirtualTime _time = new();
    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly NativeSocket _socket;
    private readonly NativeKeepAlive _alive;
    private int _asked;
    private int _cuts;

    public NativeKeepAliveTests()
    {
        _socket = new NativeSocket(new Duplex(_toServer.Reader, _toClient.Writer), 1000, () => _cuts++) { Asked = () => _asked++ };
        _alive = new NativeKeepAlive(_time);
        _alive.Add(_socket);
    }

    public void Dispose()
    {
        _alive.Dispose();
        _socket.Dispose();
    }

    [Fact]
    public async Task Client_that_is_silent_for_20_s_gets_a_ping_and_is_cut_off_after_another_20()
    {
        Pass(15);
        Assert.Equal(0, _asked);
        Pass(5);
        Assert.Equal(1, _asked);
        await _socket.SendAsync([]);
        Assert.True(_toClient.Reader.TryRead(out ReadResult written));
        Assert.Equal([0x89, 0x00], written.Buffer.FirstSpan.ToArray());
        Pass(15);
        Assert.Equal(0, _cuts);
        Pass(5);

        Assert.Equal((1, 1), (_asked, _cuts));
    }

    [Fact]
    public async Task Client_that_says_something_stays()
    {
        for (int round = 1; round <= 5; round++)
        {
            Pass(20);
            Assert.Equal(round, _asked);
            await _toServer.Writer.WriteAsync(MaskedText).AsTask().WithinAsync();
            Assert.True(await _socket.ReceiveAsync().AsTask().WithinAsync());
            Pass(5);
        }

        Assert.Equal(0, _cuts);
    }

    private void Pass(int seconds)
    {
        for (int passed = 0; passed < seconds; passed += 5)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
