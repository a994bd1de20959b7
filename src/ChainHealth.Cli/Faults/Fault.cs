namespace ChainHealth.Cli;

/// <summary>Something that goes wrong in a network of processes, and how it is put right.</summary>
/// <param name="Name">What happens, to whom.</param>
/// <param name="Victims">Validators (from 1) that must catch up when it has healed.</param>
public sealed record Fault(
    string Name, IReadOnlyList<int> Victims, Func<FaultNetwork, Task> BeginAsync, Func<FaultNetwork, Task> HealAsync)
{
    /// <summary>kill -9. It has healed when the new processes are ready.</summary>
    public static Fault Killed(string who, params int[] victims) => new(
        $"{who} killed", victims,
        network => Task.WhenAll(victims.Select(network.KillAsync)),
        network => Task.WhenAll(victims.Select(network.RestartAsync)));

    /// <summary>SIGSTOP and SIGCONT.</summary>
    public static Fault Frozen(string who, params int[] victims) => new(
        $"{who} frozen", victims,
        network => Each(victims, network.Freeze),
        network => Each(victims, network.Thaw));

    /// <summary>What one side and the rest say to each other is held back, or their connections are cut.</summary>
    public static Fault Parted(string how, LinkFault toSide, LinkFault fromSide, params int[] side) => new(
        how, side,
        network =>
        {
            network.Part(side, toSide, fromSide);
            return Task.CompletedTask;
        },
        Heal);

    /// <summary>Every message between validators comes later.</summary>
    public static Fault Late(TimeSpan delay) => new(
        $"every message {delay.TotalMilliseconds:0} ms late", [],
        network =>
        {
            network.Delay(delay);
            return Task.CompletedTask;
        },
        Heal);

    private static Task Heal(FaultNetwork network)
    {
        network.Heal();
        return Task.CompletedTask;
    }

    private static Task Each(int[] victims, Action<int> happens)
    {
        Array.ForEach(victims, happens);
        return Task.CompletedTask;
    }
}
