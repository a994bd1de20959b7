namespace ChainHealth.Mpc.Tests;

/// <summary>One dishonest party: alters one byte of its n-th message after the key set-up. Honest parties' networks
/// only record which exchange they took part in last.</summary>
internal sealed class CorruptingNetwork(IPartyNetwork inner, int liar, int target) : IPartyNetwork
{
    private int _sent;

    public int Party => inner.Party;

    /// <summary>Messages that the liar sent.</summary>
    public int Sent => _sent;

    public ulong LastStarted { get; private set; }

    /// <summary>The exchange in which the altered message travelled; null until then.</summary>
    public ulong? Corrupted { get; private set; }

    public async ValueTask ExchangeAsync(ExchangeMessages messages, CancellationToken cancellation)
    {
        LastStarted = messages.Exchange;
        if (Party == liar && messages.Exchange >= MpcSession.KeyExchanges)
        {
            for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
            {
                if (messages.Outgoing(peer) is { IsEmpty: false } message && _sent++ == target)
                {
                    byte[] altered = message.ToArray();
                    altered[target * 7 % altered.Length] ^= 4;
                    messages.Send(peer, altered);
                    Corrupted = messages.Exchange;
                }
            }
        }

        await inner.ExchangeAsync(messages, cancellation);
    }
}
