using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>One Engine.IO session. This part moves it from polling to a WebSocket.</summary>
internal sealed partial class EngineSocket
{
    private bool _upgrading;
    private bool _probed;

    /// <summary>Takes the place of the one upgrade that may be tried at a time.</summary>
    public bool TryBeginUpgrade()
    {
        lock (_gate)
        {
            if (_reason is not null || _upgrading || _transport != EngineTransport.Polling)
            {
                return false;
            }

            return _upgrading = true;
        }
    }

    /// <summary>The probe has come through: polls end soon from now on, so that the client can take the last step.</summary>
    public void Probed()
    {
        bool polling;
        lock (_gate)
        {
            _probed = true;
            polling = _polling && _waiting is not { Count: > 0 };
        }

        if (polling)
        {
            Send(new EnginePacket(EnginePacketType.Noop));
        }
    }

    /// <summary>The WebSocket carries the session from now on. False when the session ended meanwhile, or a request still brings something.</summary>
    public bool TryUpgrade()
    {
        lock (_gate)
        {
            _upgrading = _probed = false;
            if (_reason is not null || _posting)
            {
                return false;
            }

            // What was meant to end a poll says nothing to a WebSocket.
            _waiting?.RemoveAll(packet => packet.Type == EnginePacketType.Noop);
            _transport = EngineTransport.WebSocket;
            Wake();
            return true;
        }
    }

    /// <summary>The upgrade came to nothing; polling goes on.</summary>
    public void AbandonUpgrade()
    {
        lock (_gate)
        {
            _upgrading = _probed = false;
        }
    }
}
