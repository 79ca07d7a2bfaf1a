-- Whether any source names this presentation. $1 expediente, $2 consecutive.
SELECT true AS known FROM medicine WHERE expediente = $1 AND consecutive = $2
