using System.CommandLine;
using ChainHealth.Node;

// Signals are the affair of the program's life, which stops in order and ends by force what does not.
return await NodeCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = null,
});
