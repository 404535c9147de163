// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// What another contract offers, in whatever language it is written.
interface ICounter {
    function number() external view returns (uint256);
    function setNumber(uint256 value) external;
    function increment() external;
}

/// Calls other contracts: with types, with raw data, with value, and on its own storage. The same contract in
/// AssemblyScript: asm-contracts/Caller.ts.
contract Caller {
    /// In the slot where Counter keeps its number, so that a delegate call to a counter changes this one.
    uint256 public number;

    event Deployed(address indexed created);

    /// A typed call; what the callee returns is decoded.
    function readNumber(ICounter counter) external view returns (uint256) {
        return counter.number();
    }

    /// A revert of the callee is passed on as it is.
    function setNumber(ICounter counter, uint256 value) external {
        counter.setNumber(value);
    }

    /// Increments, then reads what came of it: both calls see one state.
    function incrementAndRead(ICounter counter) external returns (uint256) {
        counter.increment();
        return counter.number();
    }

    /// Raw call data, with all the value that came along; returns what came back.
    function forward(address target, bytes calldata data) external payable returns (bytes memory) {
        (bool success, bytes memory answer) = target.call{value: msg.value}(data);
        require(success, "the call failed");
        return answer;
    }

    /// Says whether the call succeeded; a failure undoes what the callee did, and no more.
    function tryCall(address target, bytes calldata data) external returns (bool success) {
        (success,) = target.call(data);
    }

    /// Increments and says why that failed: the reason of Error(string), the code of Panic(uint256), or the raw data.
    function explainIncrement(ICounter counter) external returns (string memory reason, uint256 code, bytes memory data) {
        try counter.increment() {}
        catch Error(string memory text) {
            reason = text;
        } catch Panic(uint256 number_) {
            code = number_;
        } catch (bytes memory raw) {
            data = raw;
        }
    }

    function query(address target, bytes calldata data) external view returns (bytes memory) {
        (bool success, bytes memory answer) = target.staticcall(data);
        require(success, "the static call failed");
        return answer;
    }

    /// The target's code, this contract's storage.
    function delegate(address target, bytes calldata data) external returns (bytes memory) {
        (bool success, bytes memory answer) = target.delegatecall(data);
        require(success, "the delegate call failed");
        return answer;
    }

    /// Creates a contract of either kind: EVM init code, or a WebAssembly module followed by constructor arguments.
    function deploy(bytes memory initCode) external payable returns (address created) {
        assembly {
            created := create(callvalue(), add(initCode, 32), mload(initCode))
        }
        finish(created);
    }

    /// Like deploy, at an address that only the salt and the init code decide.
    function deploy2(bytes memory initCode, bytes32 salt) external payable returns (address created) {
        assembly {
            created := create2(callvalue(), add(initCode, 32), mload(initCode), salt)
        }
        finish(created);
    }

    /// Passes on why a creation failed.
    function finish(address created) private {
        if (created == address(0)) {
            assembly {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
        emit Deployed(created);
    }
}
