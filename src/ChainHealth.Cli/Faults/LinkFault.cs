namespace ChainHealth.Cli;

/// <summary>What happens to the bytes of one direction of a proxied link.</summary>
public enum LinkFault
{
    Pass,

    /// <summary>They are taken and kept back: the sender sees an open connection, the receiver silence. When the fault
    /// heals they arrive, in order.</summary>
    Hold,

    /// <summary>The connection is reset, new ones too.</summary>
    Cut,
}
