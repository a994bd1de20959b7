using ChainHealth.Mpc;

namespace ChainHealth.Node.Tests;

internal enum Lie
{
    /// <summary>One byte of what is sent to one receiver: a value, a tag, a commitment, an opening.</summary>
    Altered,

    /// <summary>The same byte to all receivers of the exchange.</summary>
    AlteredForAll,

    /// <summary>Nothing to one receiver.</summary>
    SilentToOne,

    /// <summary>Nothing to anybody from here on.</summary>
    Silent,

    /// <summary>A message that is a byte short.</summary>
    Short,
}

/// <summary>Lies in its n-th message; otherwise follows the protocol.</summary>
internal sealed class LyingNetwork(IPartyNetwork inner, Lie lie, int target) : IPartyNetwork
{
    private int _sent;

    public int Party => inner.Party;

    /// <summary>Messages sent so far.</summary>
    public int Sent => _sent;

    /// <summary>True once it has lied.</summary>
    public bool Lied { get; private set; }

    public ValueTask ExchangeAsync(ExchangeMessages messages, CancellationToken cancellation)
    {
        bool now = false;
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            if (messages.Outgoing(peer).IsEmpty)
            {
                continue;
            }

            bool hit = _sent++ == target;
            now |= hit;
            if (hit && lie is Lie.Altered or Lie.SilentToOne or Lie.Short)
            {
                messages.Send(peer, hit ? Falsified(messages.Outgoing(peer)) : messages.Outgoing(peer));
            }
        }

        Lied |= now;
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            bool all = (now && lie == Lie.AlteredForAll) || (Lied && lie == Lie.Silent);
            if (all && !messages.Outgoing(peer).IsEmpty)
            {
                messages.Send(peer, Falsified(messages.Outgoing(peer)));
            }
        }

        return inner.ExchangeAsync(messages, cancellation);
    }

    private ReadOnlyMemory<byte> Falsified(ReadOnlyMemory<byte> message)
    {
        byte[] altered = message.ToArray();
        altered[target * 7 % altered.Length] ^= 4;
        return lie switch
        {
            Lie.Short => altered.AsMemory(1),
            Lie.Silent or Lie.SilentToOne => ReadOnlyMemory<byte>.Empty,
            _ => altered,
        };
    }
}
